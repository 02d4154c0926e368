/** The dynamic string table, DT_STRTAB: NUL-terminated byte strings, asked for by offset. */
import type { DynamicSection } from "./dynamic.js";
import { DT_STRSZ, DT_STRTAB } from "./dynamic.js";
import type { ProgramHeader } from "./header.js";
import { malformed, readTable, type ElfReader } from "./reader.js";
import { toFileRange } from "./segments.js";
import type { NameWriter } from "./symbol-names.js";

/**
 * Strings may share their tails, as linkers write them, and be named more than once; together they are not many times as long as
 * the table. A small file that gives one long string to each of many symbols would cost gigabytes.
 */
const MAX_SHARING = 16;
const MIN_ALLOWANCE = 1 << 20;
/** How far behind DT_STRSZ strings are looked for. */
const MAX_UNCOUNTED = 1 << 20;

export interface StringTable {
  /**
   * The string at an offset, as a byte string.
   *
   * @throws ContainerspecError malformed-elf where the offset is outside, or no NUL follows
   */
  get(offset: number, field: string): string;
  /**
   * The same; undefined where the offset is outside, or no NUL follows.
   *
   * @throws ContainerspecError malformed-elf where strings overlap without measure
   */
  find(offset: number, field: string): string | undefined;
  /**
   * Adds the string at an offset to names.
   *
   * @returns false where the offset is outside, or no NUL follows, and nothing was added
   * @throws ContainerspecError malformed-elf where strings overlap without measure, or where there is none and it is required
   */
  append(names: NameWriter, offset: number, field: string, isRequired: boolean): boolean;
}

/** The table's bytes, and where the string at an offset ends in them: -1 where it does not. */
interface OpenTable {
  readonly bytes: Buffer;
  readonly end: number;
}

type Finder = (offset: number, field: string) => OpenTable;

/**
 * DT_STRTAB, read when a string is first asked for, as far as its segment reaches. DT_STRSZ says how much of it is worth reading at once and no more: ld.so does not ask
 * it, and early GNU ld left the names of versions out of it.
 */
export function readStringTable(
  reader: ElfReader,
  headers: readonly ProgramHeader[],
  dynamic: DynamicSection,
): StringTable {
  let open: Finder | undefined;
  const locate: Finder = (offset, field) => (open ??= openTable(reader, headers, dynamic))(offset, field);
  const find: StringTable["find"] = (offset, field) => {
    const { bytes, end } = locate(offset, field);
    return end === -1 ? undefined : bytes.toString("latin1", offset, end);
  };
  return {
    find,
    get: (offset, field) => find(offset, field) ?? outside(reader, field, offset),
    append(names, offset, field, isRequired) {
      const { bytes, end } = locate(offset, field);
      if (end !== -1) names.add(bytes, offset, end);
      else if (isRequired) outside(reader, field, offset);
      return end !== -1;
    },
  };
}

function openTable(reader: ElfReader, headers: readonly ProgramHeader[], dynamic: DynamicSection): Finder {
  const address = dynamic.findAddress(DT_STRTAB);
  if (address === undefined) return () => ({ bytes: Buffer.alloc(0), end: -1 });
  const { offset: start, available } = toFileRange(reader, headers, address, "DT_STRTAB");
  const size = Math.min(dynamic.find(DT_STRSZ) ?? available, available);
  const limit = Math.min(size + MAX_UNCOUNTED, available);
  let bytes = readBytes(reader, start, size);
  let allowance = MAX_SHARING * bytes.length + MIN_ALLOWANCE;
  const findEnd = (offset: number): number => (offset < bytes.length ? bytes.indexOf(0, offset) : -1);
  return (offset, field) => {
    let end = findEnd(offset);
    if (end === -1 && bytes.length < limit) {
      bytes = readBytes(reader, start, limit);
      end = findEnd(offset);
    }
    if (end !== -1) allowance -= end - offset;
    if (allowance < 0) throw malformed(`${field} makes the strings overlap too often`, start, reader.source.size);
    return { bytes, end };
  };
}

function readBytes(reader: ElfReader, start: number, size: number): Buffer {
  return Buffer.from(readTable(reader, start, size, "DT_STRTAB").bytes);
}

function outside(reader: ElfReader, field: string, offset: number): never {
  throw malformed(`${field} points outside the string table`, offset, reader.source.size);
}
