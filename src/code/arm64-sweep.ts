/**
 * AArch64: every instruction is a word of 32 bits, and what it is follows from some of its bits. Told apart are those that came after
 * Armv8.0 and are no hints, which older CPUs pass over. Arm Architecture Reference Manual, chapter C4 (encoding index).
 */
import type { CodeCounts } from "./code-counts.js";

/** mask, value and the feature's name in /proc/cpuinfo; the first that fits counts */
const PATTERNS: readonly (readonly [mask: number, value: number, feature: string])[] = [
  // MRS of an identification register: which CPU it is, as the kernel shows it
  [0xfffff000, 0xd5380000, "mrs"],
  // LDAPR: among the atomic operations, and not one of them
  [0x3ffffc00, 0x38bfc000, "lrcpc"],
  // LDADD, LDCLR, LDEOR, LDSET, LDSMAX…, SWP
  [0x3f200c00, 0x38200000, "atomics"],
  // CAS and its kin
  [0x3fa07c00, 0x08a07c00, "atomics"],
  [0xbfa07c00, 0x08207c00, "atomics"],
  // LDXR, STXR and their kin: how it was done before
  [0x3f800000, 0x08000000, "exclusive"],
  // everything of SVE
  [0x1e000000, 0x04000000, "sve"],
  // SDOT and UDOT, of vectors and by element
  [0x9fe0fc00, 0x0e809400, "asimddp"],
  [0x9fc0f400, 0x0f80e000, "asimddp"],
  // SMMLA, UMMLA
  [0xdfe0fc00, 0x4e80a400, "i8mm"],
  // BFDOT, BFMMLA
  [0xbfa0fc00, 0x2e00fc00, "bf16"],
  // CRC32
  [0x7fe0e000, 0x1ac04000, "crc32"],
  // AESE and its kin
  [0xffff0c00, 0x4e280800, "aes"],
  // SHA-1 and SHA-256 with three registers, and with two
  [0xffe08c00, 0x5e000000, "sha2"],
  [0xffff0c00, 0x5e280800, "sha2"],
  // FJCVTZS
  [0xfffffc00, 0x1e7e0000, "jscvt"],
  // branches with authentication; those for the stack alone are hints
  [0xfefff800, 0xd61f0800, "paca"],
];

/** Counts the instructions of a piece of code, whose length is a multiple of four. */
export function sweepArm64(code: Uint8Array, counts: CodeCounts): void {
  const view = new DataView(code.buffer, code.byteOffset, code.byteLength);
  for (let at = 0; at + 4 <= code.length; at += 4) {
    const word = view.getInt32(at, true);
    // Zeros fill gaps.
    if (word === 0) continue;
    counts.instructions += 1;
    counts.add(featureOf(word));
  }
}

function featureOf(word: number): string {
  for (const [mask, value, feature] of PATTERNS) if ((word & mask) === (value | 0)) return feature;
  return "";
}
