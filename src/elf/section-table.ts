/**
 * Where the section headers of a file are, and how many. No loader reads them, and a stripped file may have none; they tell which part
 * of a segment holds instructions. gABI chapter 4, "ELF Header": e_shoff, e_shentsize and e_shnum.
 */

/** a file with more section headers than these is an object file of its own kind, and no program */
const MAX_SECTIONS = 4096;
const HEADER = 64;

export interface SectionTable {
  readonly offset: number;
  readonly length: number;
  readonly entrySize: number;
}

/** @param start bytes from the beginning of an ELF file, at least the header of one of 64 bits; undefined where it names none */
export function findSectionTable(start: Uint8Array): SectionTable | undefined {
  if (start.length < HEADER) return undefined;
  const head = new DataView(start.buffer, start.byteOffset, HEADER);
  const [isWide, isLittle] = [start[4] === 2, start[5] !== 2];
  const offset = isWide ? Number(head.getBigUint64(0x28, isLittle)) : head.getUint32(0x20, isLittle);
  const entrySize = head.getUint16(isWide ? 0x3a : 0x2e, isLittle);
  const count = head.getUint16(isWide ? 0x3c : 0x30, isLittle);
  if (offset === 0 || entrySize !== (isWide ? 64 : 40) || count > MAX_SECTIONS) return undefined;
  return { offset, length: count * entrySize, entrySize };
}
