/** The dynamic string table, DT_STRTAB: NUL-terminated byte strings, asked for by offset. */
import type { DynamicSection } from "./dynamic.js";
import { DT_STRSZ, DT_STRTAB } from "./dynamic.js";
import type { ProgramHeader } from "./header.js";
import { malformed, readTable, type ElfReader } from "./reader.js";
import { toFileRange } from "./segments.js";

/**
 * Strings may share their tails, as linkers write them, and be named more than once; together they are not many times as long as
 * the table. A small file that gives one long string to each of many symbols would cost gigabytes.
 */
const MAX_SHARING = 16;
const MIN_ALLOWANCE = 1 << 20;

export interface StringTable {
  /**
   * The string at an offset, as a byte string.
   *
   * @throws ContainerspecError malformed-elf where the offset is outside, or no NUL follows
   */
  get(offset: number, field: string): string;
}

/** DT_STRTAB; its size is believed only as far as its segment reaches. */
export function readStringTable(
  reader: ElfReader,
  headers: readonly ProgramHeader[],
  dynamic: DynamicSection,
): StringTable {
  const address = dynamic.find(DT_STRTAB);
  if (address === undefined) return { get: (offset, field) => outside(reader, field, offset) };
  const range = toFileRange(reader, headers, address, "DT_STRTAB");
  const length = Math.min(dynamic.find(DT_STRSZ) ?? range.available, range.available);
  const bytes = Buffer.from(readTable(reader, range.offset, length, "DT_STRTAB").bytes);
  let allowance = MAX_SHARING * bytes.length + MIN_ALLOWANCE;
  return {
    get(offset, field) {
      const end = offset < bytes.length ? bytes.indexOf(0, offset) : -1;
      if (end === -1) outside(reader, field, offset);
      allowance -= end - offset;
      if (allowance < 0)
        throw malformed(`${field} makes the strings overlap too often`, range.offset, reader.source.size);
      return bytes.toString("latin1", offset, end);
    },
  };
}

function outside(reader: ElfReader, field: string, offset: number): never {
  throw malformed(`${field} points outside the string table`, offset, reader.source.size);
}
