/**
 * The rows of one table of an SQLite database, as far as it takes to read rpm's: B-trees of tables with overflow pages, and no index,
 * no query, no write-ahead log. https://www.sqlite.org/fileformat2.html
 */
import { damaged, takeBytes, type DatabaseFile } from "./database-bytes.js";

export const SQLITE_MAGIC = "SQLite format 3\0";
const FILE_HEADER = 100;
const INTERIOR = 5;
const LEAF = 13;
/** as SQLite itself stops: BTCURSOR_MAX_DEPTH */
const MAX_DEPTH = 20;

/** A value that was looked at: a number, or the bytes of a text or blob. */
type Value = number | Buffer | undefined;

interface Pages {
  readonly file: DatabaseFile;
  readonly pageSize: number;
  /** bytes of a page without those that are kept for extensions */
  readonly usable: number;
}

/** Every row of a table, in the order of its keys: its columns, of which large numbers and fractions are left out. @throws ContainerspecError */
export function* readTable(file: DatabaseFile, table: string): Generator<readonly Value[]> {
  const head = takeBytes(file, 0, FILE_HEADER, "its header");
  const pageSize = head.readUInt16BE(16) === 1 ? 65536 : head.readUInt16BE(16);
  const usable = pageSize - (head[20] ?? 0);
  if (pageSize < 512 || (pageSize & (pageSize - 1)) !== 0 || usable < 480)
    throw damaged(`pages of ${pageSize} bytes`, 16, file.size);
  const pages = { file, pageSize, usable };
  for (const [type, name, , root] of walkTree(pages, 1, new Set(), 0)) {
    if (toText(type) !== "table" || toText(name) !== table || typeof root !== "number") continue;
    yield* walkTree(pages, root, new Set(), 0);
    return;
  }
  throw damaged(`it has no table ${table}`, 0, file.size);
}

/** @param seen pages of this tree: one that stands in it twice would make it endless */
function* walkTree(pages: Pages, number: number, seen: Set<number>, depth: number): Generator<readonly Value[]> {
  const start = (number - 1) * pages.pageSize;
  if (seen.has(number) || depth > MAX_DEPTH) throw damaged("its pages lead round in a circle", start, pages.file.size);
  seen.add(number);
  const page = takeBytes(pages.file, start, pages.pageSize, `page ${number}`);
  const at = number === 1 ? FILE_HEADER : 0;
  const type = page[at];
  const header = at + (type === INTERIOR ? 12 : 8);
  if (type !== INTERIOR && type !== LEAF) throw damaged(`page ${number} is none of a table`, start, pages.file.size);
  const count = page.readUInt16BE(at + 3);
  if (header + count * 2 > page.length) throw damaged(`${count} cells in a page`, start, pages.file.size);
  for (let index = 0; index < count; index += 1) {
    const cell = page.readUInt16BE(header + index * 2);
    if (cell + 4 > page.length) throw damaged("a cell past its page", start + cell, pages.file.size);
    if (type === INTERIOR) yield* walkTree(pages, page.readUInt32BE(cell), seen, depth + 1);
    else yield parseRecord(readPayload(pages, page, cell, start), pages.file.size);
  }
  if (type === INTERIOR) yield* walkTree(pages, page.readUInt32BE(at + 8), seen, depth + 1);
}

/** The payload of a cell: what lies in its page, and the rest on a chain of pages of its own. */
function readPayload(pages: Pages, page: Buffer, cell: number, start: number): Buffer {
  const { file, pageSize, usable } = pages;
  const size = readVarint(page, cell);
  const key = readVarint(page, size.end);
  // 1.6 of the format: U, X, M and K there
  const most = usable - 35;
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const fitting = least + ((size.value - least) % (usable - 4));
  const local = size.value <= most ? size.value : fitting <= most ? fitting : least;
  if (size.value > file.size || key.end + local > page.length)
    throw damaged(`a row of ${size.value} bytes`, start + cell, file.size);
  const parts = [page.subarray(key.end, key.end + local)];
  let missing = size.value - local;
  let next = missing > 0 && key.end + local + 4 <= page.length ? page.readUInt32BE(key.end + local) : 0;
  while (missing > 0) {
    if (next === 0) throw damaged("a row that ends too early", start + cell, file.size);
    const more = takeBytes(file, (next - 1) * pageSize, pageSize, "a row");
    const taken = more.subarray(4, 4 + Math.min(missing, usable - 4));
    parts.push(taken);
    missing -= taken.length;
    next = more.readUInt32BE(0);
  }
  return Buffer.concat(parts);
}

/** A record: the types of its values, and the values. */
function parseRecord(record: Buffer, fileSize: number): readonly Value[] {
  const { value: end, end: first } = readVarint(record, 0);
  const values: Value[] = [];
  let body = end;
  for (let at = first; at < end;) {
    const type = readVarint(record, at);
    at = type.end;
    const size = sizeOf(type.value);
    if (body + size > record.length) throw damaged("a value past its row", body, fileSize);
    values.push(readValue(record.subarray(body, body + size), type.value));
    body += size;
  }
  return values;
}

function sizeOf(type: number): number {
  if (type >= 12) return Math.floor((type - 12) / 2);
  return [0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0][type] ?? 0;
}

function readValue(bytes: Buffer, type: number): Value {
  if (type >= 12) return bytes;
  if (type === 8 || type === 9) return type - 8;
  return type >= 1 && type <= 5 ? bytes.readIntBE(0, bytes.length) : undefined;
}

/** A number of one to nine bytes, seven bits each. What is larger than a file can be comes out as no less. */
function readVarint(bytes: Buffer, start: number): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let at = start; at < start + 9; at += 1) {
    const byte = bytes[at];
    if (byte === undefined) throw damaged("a number past its page", start, bytes.length);
    if (at === start + 8) return { value: value * 256 + byte, end: at + 1 };
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return { value, end: at + 1 };
  }
  return { value, end: start + 9 };
}

function toText(value: Value): string | undefined {
  return Buffer.isBuffer(value) ? value.toString("latin1") : undefined;
}
