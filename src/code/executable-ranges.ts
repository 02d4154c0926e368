/**
 * Where the instructions of a file are. Sections say it best: an executable segment may hold tables and strings as well, as those of
 * older linkers do. A file without section headers has its executable segments alone. gABI chapter 4, "Sections".
 */
import { readHeader, type ElfHeader } from "../elf/header.js";
import { findSectionTable } from "../elf/section-table.js";
import type { ByteSource } from "../elf/source.js";

export interface CodeRange {
  readonly offset: number;
  readonly size: number;
}

const PT_LOAD = 1;
const PF_X = 1;
const SHT_NOBITS = 8;
const SHF_EXECINSTR = 4;

export interface CodeRanges {
  readonly ranges: readonly CodeRange[];
  /** sections tell of them, so that nothing but instructions is in them */
  readonly areSections: boolean;
}

/** The ranges of the file that hold instructions, in its order. */
export async function findCodeRanges(source: ByteSource): Promise<CodeRanges> {
  const header = await readHeader(source);
  const sections = readSections(source, header).filter(({ offset, size }) => size > 0 && offset + size <= source.size);
  if (sections.length > 0) return { ranges: sections, areSections: true };
  const segments = header.programHeaders
    .filter(({ type, flags, fileSize }) => type === PT_LOAD && (flags & PF_X) !== 0 && fileSize > 0)
    .map(({ offset, fileSize }) => ({ offset, size: Math.min(fileSize, source.size - offset) }))
    .filter(({ size }) => size > 0);
  return { ranges: segments, areSections: false };
}

function readSections(source: ByteSource, { class: bits, data }: ElfHeader): readonly CodeRange[] {
  const isLittle = data === "little";
  const isWide = bits === 64;
  const found = findSectionTable(new Uint8Array(source.read(0, Math.min(64, source.size))));
  if (found === undefined || found.offset + found.length > source.size) return [];
  const table = viewOf(new Uint8Array(source.read(found.offset, found.length)));
  const wide = (offset: number): number => Number(table.getBigUint64(offset, isLittle));
  const ranges: CodeRange[] = [];
  for (let start = 0; start < table.byteLength; start += found.entrySize) {
    const flags = table.getUint32(isWide && !isLittle ? start + 12 : start + 8, isLittle);
    if ((flags & SHF_EXECINSTR) === 0 || table.getUint32(start + 4, isLittle) === SHT_NOBITS) continue;
    ranges.push(
      isWide
        ? { offset: wide(start + 24), size: wide(start + 32) }
        : { offset: table.getUint32(start + 16, isLittle), size: table.getUint32(start + 20, isLittle) },
    );
  }
  return ranges;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
