/**
 * DT_GNU_HASH, which answers for one name what the symbol table answers for all: whether it may be defined. Who wants to know of a few
 * names in hundreds of files need not read hundreds of thousands of symbols. binutils' bfd/elflink.c writes it, glibc's do_lookup_x in
 * elf/dl-lookup.c reads it.
 */
import { DT_GNU_HASH, type DynamicSection } from "./dynamic.js";
import type { ProgramHeader } from "./header.js";
import { readTable, type ElfReader } from "./reader.js";
import { toFileRange } from "./segments.js";

/** Whether a file may define a symbol whose name has this hash (`hashName`); no where it does not. */
export type MayDefine = (hash: number) => boolean;

/**
 * The question for one file; undefined where it has no such table, or one without its filter.
 *
 * @throws ContainerspecError malformed-elf where the table leaves its file
 */
export function readGnuFilter(
  reader: ElfReader,
  headers: readonly ProgramHeader[],
  dynamic: DynamicSection,
): MayDefine | undefined {
  const address = dynamic.findAddress(DT_GNU_HASH);
  if (address === undefined) return undefined;
  const { offset } = toFileRange(reader, headers, address, "DT_GNU_HASH");
  const head = readTable(reader, offset, 16, "DT_GNU_HASH");
  const [count, shift] = [head.word(8), head.word(12)];
  // A power of two, which the loader takes for granted.
  if (count === 0 || (count & (count - 1)) !== 0) return undefined;
  const wide = reader.wordSize === 8;
  const words = readTable(reader, offset + 16, count * reader.wordSize, "DT_GNU_HASH filter").words();
  const bits = 8 * reader.wordSize;
  /** One bit of the filter: a word of 64 bits is two of 32, the lower ones first where the file says so. */
  const hasBit = (at: number, bit: number): boolean => {
    const half = wide ? 2 * at + (bit >= 32 === reader.littleEndian ? 1 : 0) : at;
    return (((words[half] as number) >>> (bit % 32)) & 1) === 1;
  };
  return (hash) => {
    const at = Math.floor((hash >>> 0) / bits) & (count - 1);
    return hasBit(at, (hash >>> 0) % bits) && hasBit(at, ((hash >>> 0) >>> shift) % bits);
  };
}
