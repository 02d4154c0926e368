/**
 * rpm's database up to 4.15, in the distributions of the years before 2020: a hash of Berkeley DB whose values are headers. A small one
 * stands in its page, a large one on a chain of pages. Berkeley DB's src/dbinc/db_page.h; numbers are in the order of who wrote it.
 */
import { damaged, takeBytes, type DatabaseFile } from "./database-bytes.js";

const HASH_MAGIC = 0x061561;
const MAGIC_AT = 12;
const PAGE_HEADER = 26;
const ENCRYPTION_AT = 24;
const TYPE_AT = 25;
const P_HASH_UNSORTED = 2;
const P_OVERFLOW = 7;
const P_HASH = 13;
const H_KEYDATA = 1;
const H_OFFPAGE = 3;
/** a value of this size is the number that the next package will get */
const COUNTER = 4;

/** Whether a file begins as a hash of Berkeley DB does. */
export function isBdbHash(head: Uint8Array): boolean {
  const bytes = Buffer.from(head);
  return (
    bytes.length >= MAGIC_AT + 4 && [bytes.readUInt32LE(MAGIC_AT), bytes.readUInt32BE(MAGIC_AT)].includes(HASH_MAGIC)
  );
}

interface Pages {
  readonly file: DatabaseFile;
  readonly pageSize: number;
  readonly u16: (page: Buffer, at: number) => number;
  readonly u32: (page: Buffer, at: number) => number;
}

/** The headers of all packages, in the order of pages. @throws ContainerspecError corrupt-image */
export function* readRpmBdb(file: DatabaseFile): Generator<Buffer> {
  const meta = takeBytes(file, 0, 72, "its header");
  const isLittle = meta.readUInt32LE(MAGIC_AT) === HASH_MAGIC;
  const pages: Pages = {
    file,
    pageSize: isLittle ? meta.readUInt32LE(20) : meta.readUInt32BE(20),
    u16: (page, at) => (isLittle ? page.readUInt16LE(at) : page.readUInt16BE(at)),
    u32: (page, at) => (isLittle ? page.readUInt32LE(at) : page.readUInt32BE(at)),
  };
  const { pageSize, u32 } = pages;
  if (pageSize < 512 || pageSize > 65536) throw damaged(`pages of ${pageSize} bytes`, 20, file.size);
  if (meta[ENCRYPTION_AT] !== 0) throw damaged("it is encrypted", ENCRYPTION_AT, file.size);
  const last = u32(meta, 32);
  for (let number = 1; number <= last; number += 1) {
    const page = takeBytes(file, number * pageSize, pageSize, `page ${number}`);
    if (page[TYPE_AT] === P_HASH || page[TYPE_AT] === P_HASH_UNSORTED) yield* readValues(pages, page, number);
  }
}

/** A page of keys and values in turn, which fill it from its end. */
function* readValues(pages: Pages, page: Buffer, number: number): Generator<Buffer> {
  const { file, pageSize, u16, u32 } = pages;
  const start = number * pageSize;
  const count = u16(page, 20);
  if (PAGE_HEADER + count * 2 > pageSize) throw damaged(`${count} entries in a page`, start, file.size);
  for (let index = 1; index < count; index += 2) {
    const at = u16(page, PAGE_HEADER + index * 2);
    const end = u16(page, PAGE_HEADER + (index - 1) * 2);
    if (at >= end || end > pageSize) throw damaged("an entry past its page", start + at, file.size);
    if (page[at] === H_KEYDATA && end - at - 1 > COUNTER) yield Buffer.from(page.subarray(at + 1, end));
    else if (page[at] === H_OFFPAGE && at + 12 <= pageSize)
      yield readChain(pages, u32(page, at + 4), u32(page, at + 8), start + at);
  }
}

/** What lies on a chain of pages. @param size bytes of it, as its entry says */
function readChain({ file, pageSize, u16, u32 }: Pages, first: number, size: number, at: number): Buffer {
  if (size > file.size) throw damaged(`a package of ${size} bytes`, at, file.size);
  const parts: Buffer[] = [];
  let missing = size;
  for (let number = first; missing > 0;) {
    const page = takeBytes(file, number * pageSize, pageSize, "a package");
    const length = u16(page, 22);
    if (page[TYPE_AT] !== P_OVERFLOW || length === 0 || length > Math.min(missing, pageSize - PAGE_HEADER))
      throw damaged("a package that ends too early", at, file.size);
    parts.push(page.subarray(PAGE_HEADER, PAGE_HEADER + length));
    missing -= length;
    number = u32(page, 16);
  }
  return Buffer.concat(parts);
}
