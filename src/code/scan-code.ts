/**
 * The code of one file, counted: what is in it beyond its machine's baseline, and what speaks for a choice at run time. It is read a
 * piece after the other, so that a large file takes no more memory than a small one.
 */
import { EM_AARCH64, EM_X86_64 } from "../elf/machine-numbers.js";
import type { ElfObject } from "../elf/object.js";
import type { Part } from "../elf/parts.js";
import type { ByteSource } from "../elf/source.js";
import { sweepArm64 } from "./arm64-sweep.js";
import { findChoices } from "./choices.js";
import { createCounts, type CodeCounts } from "./code-counts.js";
import type { CodeFacts } from "./code-facts.js";
import { findCodeRanges, type CodeRange } from "./executable-ranges.js";
import { BASELINE_VECTOR, PROBES } from "./x86-features.js";
import { MAX_LENGTH } from "./x86-instruction.js";
import { sweepX86 } from "./x86-sweep.js";

/** A multiple of four. */
const PIECE = 1 << 20;
/** What is counted and is no feature beyond the baseline. */
const NO_FEATURES: ReadonlySet<string> = new Set([BASELINE_VECTOR, ...PROBES, "mrs", "exclusive"]);

/**
 * What is found in the code of a file; nothing for a machine whose code is not known here, or where nothing is beyond the baseline.
 *
 * @param parts of the file that are looked at
 */
export async function scanCode(
  source: ByteSource,
  elf: ElfObject,
  parts: readonly Part[] = [{ offset: 0, length: source.size }],
): Promise<{ readonly code?: CodeFacts }> {
  const isX86 = elf.machine === EM_X86_64 && elf.class === 64;
  if (!isX86 && (elf.machine !== EM_AARCH64 || elf.data !== "little")) return {};
  const counts = createCounts();
  const { ranges, areSections } = await findCodeRanges(source);
  for (const range of ranges.flatMap((one) => clip(one, parts))) {
    if (isX86) sweepRange(source, range, counts);
    else sweepWords(source, range, counts);
  }
  const features = [...counts.features].filter(([name]) => !NO_FEATURES.has(name)).sort(([a], [b]) => (a < b ? -1 : 1));
  if (features.length === 0) return {};
  const probes = [...counts.features].filter(([name]) => name === "mrs" || PROBES.includes(name)).sort();
  return {
    code: {
      instructions: counts.instructions,
      unknownBytes: counts.unknownBytes,
      areSections,
      features: Object.fromEntries(features),
      baseline: counts.features.get(isX86 ? BASELINE_VECTOR : "exclusive") ?? 0,
      probes: Object.fromEntries(probes),
      choices: findChoices(elf),
    },
  };
}

/** What of a range is in parts of the file; instructions begin where the range does, and anywhere else soon after. */
function clip({ offset, size }: CodeRange, parts: readonly Part[]): readonly CodeRange[] {
  return parts.flatMap((part) => {
    const [from, to] = [Math.max(offset, part.offset), Math.min(offset + size, part.offset + part.length)];
    return from < to ? [{ offset: from, size: to - from }] : [];
  });
}

/** An instruction may begin in one piece and end in the next: each piece is read with the first bytes of what follows. */
function sweepRange(source: ByteSource, { offset, size }: CodeRange, counts: CodeCounts): void {
  const end = offset + size;
  for (let at = offset; at < end;) {
    const length = Math.min(PIECE, end - at);
    const code = source.read(at, Math.min(length + MAX_LENGTH, end - at));
    at += sweepX86(code, 0, length, counts);
  }
}

function sweepWords(source: ByteSource, { offset, size }: CodeRange, counts: CodeCounts): void {
  for (let at = 0; at < size; at += PIECE) sweepArm64(source.read(offset + at, Math.min(PIECE, size - at)), counts);
}
