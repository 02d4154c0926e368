/**
 * Where the instructions of a file are. Sections say it best: an executable segment may hold tables and strings as well, as those of
 * older linkers do. A file without section headers has its executable segments alone. gABI chapter 4, "Sections".
 */
import { readHeader, type ElfHeader } from "../elf/header.js";
import type { ByteSource } from "../elf/source.js";

export interface CodeRange {
  readonly offset: number;
  readonly size: number;
}

const PT_LOAD = 1;
const PF_X = 1;
const SHT_NOBITS = 8;
const SHF_EXECINSTR = 4;
/** a file with more section headers than these is an object file of its own kind, and no program */
const MAX_SECTIONS = 4096;

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
  const head = viewOf(new Uint8Array(source.read(0, Math.min(64, source.size))));
  if (head.byteLength < 64) return [];
  const at = head.getUint32(!isWide ? 0x20 : isLittle ? 0x28 : 0x2c, isLittle);
  // No file that is read here is larger than four gigabytes.
  if (isWide && head.getUint32(isLittle ? 0x2c : 0x28, isLittle) !== 0) return [];
  const entry = head.getUint16(isWide ? 0x3a : 0x2e, isLittle);
  const count = head.getUint16(isWide ? 0x3c : 0x30, isLittle);
  if (at === 0 || entry !== (isWide ? 64 : 40) || count > MAX_SECTIONS || at + count * entry > source.size) return [];
  const table = viewOf(new Uint8Array(source.read(at, count * entry)));
  const word = (offset: number): number => table.getUint32(isWide && !isLittle ? offset + 4 : offset, isLittle);
  const ranges: CodeRange[] = [];
  for (let start = 0; start < table.byteLength; start += entry) {
    const isExecutable = (word(start + 8) & SHF_EXECINSTR) !== 0;
    if (!isExecutable || table.getUint32(start + 4, isLittle) === SHT_NOBITS) continue;
    ranges.push(
      isWide
        ? { offset: word(start + 24), size: word(start + 32) }
        : { offset: table.getUint32(start + 16, isLittle), size: table.getUint32(start + 20, isLittle) },
    );
  }
  return ranges;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
