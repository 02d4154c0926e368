/**
 * The dynamic section: tags and values, read as the loader reads them, from PT_DYNAMIC up to DT_NULL. gABI chapter 5, "Dynamic
 * Section", and the GNU and Sun extensions that glibc knows.
 */
import { malformed, readTable, type ElfReader } from "./reader.js";
import type { ProgramHeader } from "./header.js";

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
export const DT_RELRSZ = 35;
export const DT_RELR = 36;
export const DT_GNU_HASH = 0x6ffffef5;
export const DT_VERSYM = 0x6ffffff0;
export const DT_FLAGS_1 = 0x6ffffffb;
export const DT_VERDEF = 0x6ffffffc;
export const DT_VERDEFNUM = 0x6ffffffd;
export const DT_VERNEED = 0x6ffffffe;
export const DT_VERNEEDNUM = 0x6fffffff;
export const DT_AUXILIARY = 0x7ffffffd;
export const DT_FILTER = 0x7fffffff;
export const DT_MIPS_LOCAL_GOTNO = 0x7000000a;
export const DT_MIPS_SYMTABNO = 0x70000011;
export const DT_MIPS_GOTSYM = 0x70000013;

const DT_NULL = 0;
/** More tags than any linker writes; a limit so that a hostile size costs no memory. */
const MAX_TAGS = 1 << 16;

export interface DynamicSection {
  /** tags in file order */
  readonly tags: readonly { readonly tag: number; readonly value: number }[];
  /** the last value of a tag, as glibc's l_info keeps it */
  find(tag: number): number | undefined;
}

/** Reads the tags of PT_DYNAMIC. */
export function readDynamic(reader: ElfReader, header: ProgramHeader): DynamicSection {
  const entrySize = 2 * reader.wordSize;
  const count = Math.floor(header.fileSize / entrySize);
  if (count > MAX_TAGS) throw malformed(`PT_DYNAMIC p_filesz holds ${count} tags`, header.offset, reader.source.size);
  const table = readTable(reader, header.offset, count * entrySize, "PT_DYNAMIC");
  const tags: { tag: number; value: number }[] = [];
  for (let i = 0; i < count; i += 1) {
    const tag = table.address(i * entrySize);
    if (tag === DT_NULL) break;
    tags.push({ tag, value: table.address(i * entrySize + reader.wordSize) });
  }
  const last = new Map(tags.map(({ tag, value }) => [tag, value]));
  return { tags, find: (tag) => last.get(tag) };
}
