/**
 * The dynamic section: tags and values, read as the loader reads them, from PT_DYNAMIC up to DT_NULL. gABI chapter 5, "Dynamic
 * Section", and the GNU and Sun extensions that glibc knows.
 */
import type { ProgramHeader } from "./header.js";
import { createGrowingTable, malformed, type Address, type ElfReader } from "./reader.js";
import { findFileRange } from "./segments.js";

export const DT_NEEDED = 1;
export const DT_PLTRELSZ = 2;
export const DT_HASH = 4;
export const DT_STRTAB = 5;
export const DT_SYMTAB = 6;
export const DT_RELA = 7;
export const DT_RELASZ = 8;
export const DT_STRSZ = 10;
export const DT_SONAME = 14;
export const DT_RPATH = 15;
export const DT_SYMBOLIC = 16;
export const DT_REL = 17;
export const DT_RELSZ = 18;
export const DT_PLTREL = 20;
export const DT_JMPREL = 23;
export const DT_BIND_NOW = 24;
export const DT_RUNPATH = 29;
export const DT_FLAGS = 30;
export const DT_RELR = 36;
export const DT_GNU_HASH = 0x6ffffef5;
export const DT_VERSYM = 0x6ffffff0;
export const DT_FLAGS_1 = 0x6ffffffb;
export const DT_VERDEF = 0x6ffffffc;
export const DT_VERNEED = 0x6ffffffe;
export const DT_AUXILIARY = 0x7ffffffd;
export const DT_FILTER = 0x7fffffff;
export const DT_MIPS_SYMTABNO = 0x70000011;
export const DT_MIPS_GOTSYM = 0x70000013;

const DT_NULL = 0;
/** More tags than any linker writes; a limit so that a hostile size costs no memory. */
const MAX_TAGS = 1 << 16;

export interface DynamicSection {
  /** tags in file order */
  readonly tags: readonly { readonly tag: number; readonly value: number }[];
  /** the last value of a tag, as glibc's l_info keeps it: a size, a count, or an offset in the string table */
  find(tag: number): number | undefined;
  /** the same for a tag that holds an address */
  findAddress(tag: number): Address | undefined;
}

/**
 * Reads the tags of PT_DYNAMIC. The loader goes to p_vaddr and on to DT_NULL, or to the zeros behind the file's part of the
 * segment; p_offset and p_filesz, which it does not look at, say where the tags are only in a file that maps them nowhere.
 */
export function readDynamic(
  reader: ElfReader,
  headers: readonly ProgramHeader[],
  header: ProgramHeader,
): DynamicSection {
  const { size } = reader.source;
  const range = findFileRange(reader, headers, header.address) ?? {
    offset: header.offset,
    available: Math.max(0, Math.min(header.fileSize, size - header.offset)),
  };
  const entrySize = 2 * reader.wordSize;
  if (range.available < entrySize) throw malformed("PT_DYNAMIC points past the end", range.offset, size);
  const table = createGrowingTable(reader, range.offset, range.available);
  const tags: { tag: number; value: number }[] = [];
  const addresses = new Map<number, Address>();
  for (let at = 0; at + entrySize <= range.available; at += entrySize) {
    const entries = table.upTo(at + entrySize, "PT_DYNAMIC");
    const tag = entries.size(at);
    if (tag === DT_NULL) break;
    if (tags.length === MAX_TAGS) throw malformed("PT_DYNAMIC has no DT_NULL", range.offset, size);
    tags.push({ tag, value: entries.size(at + reader.wordSize) });
    addresses.set(tag, entries.address(at + reader.wordSize));
  }
  const last = new Map(tags.map(({ tag, value }) => [tag, value]));
  return { tags, find: (tag) => last.get(tag), findAddress: (tag) => addresses.get(tag) };
}
