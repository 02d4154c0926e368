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

/** A larger table gets memory of its own, which is let go with it. */
const MAX_SCRATCH = 4 << 20;
let scratch = Buffer.alloc(0);

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
   * @throws ContainerspecError malformed-elf where strings overlap without measure
   */
  append(names: NameWriter, offset: number, field: string): boolean;
  /** its bytes, those that DT_STRSZ does not count left out */
  readonly size: number;
}

interface OpenTable {
  /** Where the string at an offset lies in the table's bytes; undefined where no NUL follows. */
  find(offset: number, field: string): { readonly bytes: Buffer; readonly end: number } | undefined;
  append: StringTable["append"];
  /** DT_STRSZ, as far as its segment reaches */
  readonly size: number;
}

/**
 * DT_STRTAB, read when a string is first asked for, as far as its segment reaches. DT_STRSZ says how much of it is worth reading at once and no more: ld.so does not ask
 * it, and early GNU ld left the names of versions out of it.
 */
export function readStringTable(
  reader: ElfReader,
  headers: readonly ProgramHeader[],
  dynamic: DynamicSection,
): StringTable {
  let open: OpenTable | undefined;
  const table = (): OpenTable => (open ??= openTable(reader, headers, dynamic));
  const find: StringTable["find"] = (offset, field) => {
    const found = table().find(offset, field);
    return found?.bytes.toString("latin1", offset, found.end);
  };
  return {
    find,
    get: (offset, field) => find(offset, field) ?? outside(reader, field, offset),
    append: (names, offset, field) => table().append(names, offset, field),
    get size() {
      return table().size;
    },
  };
}

function openTable(reader: ElfReader, headers: readonly ProgramHeader[], dynamic: DynamicSection): OpenTable {
  const address = dynamic.findAddress(DT_STRTAB);
  if (address === undefined) return { find: () => undefined, append: () => false, size: 0 };
  const { offset: start, available } = toFileRange(reader, headers, address, "DT_STRTAB");
  const size = Math.min(dynamic.find(DT_STRSZ) ?? available, available);
  const limit = Math.min(size + MAX_UNCOUNTED, available);
  let bytes = readBytes(reader, start, size);
  let allowance = MAX_SHARING * bytes.length + MIN_ALLOWANCE;

  /** Whether there is more of the table than was read at first. */
  function readOn(): boolean {
    if (bytes.length >= limit) return false;
    bytes = readBytes(reader, start, limit);
    return true;
  }

  function count(length: number, field: string): void {
    allowance -= length;
    if (allowance < 0) throw malformed(`${field} makes the strings overlap too often`, start, reader.source.size);
  }

  return {
    size,
    find(offset, field) {
      const findEnd = (): number => (offset < bytes.length ? bytes.indexOf(0, offset) : -1);
      let end = findEnd();
      if (end === -1 && readOn()) end = findEnd();
      if (end === -1) return undefined;
      count(end - offset, field);
      return { bytes, end };
    },
    append(names, offset, field) {
      let length = names.add(bytes, offset);
      if (length === -1 && readOn()) length = names.add(bytes, offset);
      if (length === -1) return false;
      count(length, field);
      return true;
    },
  };
}

/**
 * The table's bytes, where other reads do not change them: in the file's memory, or copied to where the table of the file before was.
 * Nobody keeps a view of a table, and parsing waits for nothing between its first string and its last; fresh memory for each of
 * hundreds of tables would cost more than all their strings.
 */
function readBytes(reader: ElfReader, start: number, size: number): Buffer {
  const { bytes } = readTable(reader, start, size, "DT_STRTAB");
  if (reader.source.isLasting === true) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length > MAX_SCRATCH) return Buffer.from(bytes);
  if (bytes.length > scratch.length) scratch = Buffer.allocUnsafeSlow(bytes.length);
  scratch.set(bytes);
  return scratch.subarray(0, bytes.length);
}

function outside(reader: ElfReader, field: string, offset: number): never {
  throw malformed(`${field} points outside the string table`, offset, reader.source.size);
}
