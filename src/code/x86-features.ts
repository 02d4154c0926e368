/**
 * Which feature of a CPU an x86-64 instruction needs beyond what every one has, by its name in /proc/cpuinfo. What is not beyond the
 * baseline is "" here, or BASELINE_VECTOR for the vector and floating-point instructions that every x86-64 CPU has: whoever compiles for
 * AVX gets none of those. Intel's Software Developer's Manual, volume 2, the CPUID column of each instruction.
 */
import { EVEX, LEGACY, VEX, type Instruction } from "./x86-instruction.js";

export const BASELINE_VECTOR = "sse2";
/** What asks which CPU it is. */
export const PROBES: readonly string[] = ["cpuid", "xgetbv"];

/** The feature of an instruction; for EVEX the narrowest of the AVX-512 family that is told apart here. */
export function featureOf(instruction: Instruction): string {
  switch (instruction.encoding) {
    case LEGACY:
      return legacyFeature(instruction);
    case VEX:
      return vexFeature(instruction);
    case EVEX:
      return evexFeature(instruction);
    default:
      return instruction.map === 9 && (instruction.opcode === 1 || instruction.opcode === 2) ? "tbm" : "xop";
  }
}

function legacyFeature({ map, opcode, pp, modrm, wide }: Instruction): string {
  if (map === 0) return isFisttp(opcode, modrm) ? "pni" : "";
  if (map === 2) return legacy0f38(opcode, pp);
  if (map === 3) return legacy0f3a(opcode);
  const isMemory = modrm < 0xc0;
  const reg = (modrm >> 3) & 7;
  switch (opcode) {
    case 0x01:
      return modrm === 0xd0 ? "xgetbv" : modrm === 0xd5 ? "rtm" : "";
    case 0x0f:
      return "3dnow";
    case 0x12:
      return pp >= 2 ? "pni" : BASELINE_VECTOR;
    case 0x16:
      return pp === 2 ? "pni" : BASELINE_VECTOR;
    case 0x2b:
      return pp >= 2 ? "sse4a" : BASELINE_VECTOR;
    case 0x78:
    case 0x79:
      return pp === 1 || pp === 3 ? "sse4a" : "";
    case 0x7c:
    case 0x7d:
    case 0xd0:
      return "pni";
    case 0xf0:
      return pp === 3 ? "pni" : "";
    case 0xa2:
      return "cpuid";
    case 0xae:
      return isMemory ? saveFeature(reg, pp) : pp === 2 && reg < 4 ? "fsgsbase" : "";
    case 0xb8:
      return pp === 2 ? "popcnt" : "";
    // F3 0F BC is no sign of BMI1: compilers write it for CPUs that take it for BSF.
    case 0xbd:
      return pp === 2 ? "abm" : "";
    case 0xc7:
      if (!isMemory) return reg === 6 ? "rdrand" : reg === 7 && pp !== 2 ? "rdseed" : "";
      return reg === 1 && wide ? "cx16" : reg === 4 ? "xsavec" : "";
    default:
      return isBaselineVector(opcode) ? BASELINE_VECTOR : "";
  }
}

/** FISTTP came with SSE3: DB, DD and DF, /1, into memory. */
function isFisttp(opcode: number, modrm: number): boolean {
  return (opcode === 0xdb || opcode === 0xdd || opcode === 0xdf) && modrm < 0xc0 && ((modrm >> 3) & 7) === 1;
}

function saveFeature(reg: number, pp: number): string {
  if (reg === 4 || reg === 5) return "xsave";
  if (reg === 6) return pp === 1 ? "clwb" : pp === 0 ? "xsaveopt" : "";
  return reg === 7 && pp === 1 ? "clflushopt" : "";
}

/** SSE and SSE2, and MMX, which has no opcodes of its own. */
function isBaselineVector(opcode: number): boolean {
  return (
    (opcode >= 0x10 && opcode <= 0x17) ||
    (opcode >= 0x28 && opcode <= 0x2f) ||
    (opcode >= 0x50 && opcode <= 0x7f) ||
    opcode === 0xc2 ||
    (opcode >= 0xc4 && opcode <= 0xc6) ||
    (opcode >= 0xd1 && opcode <= 0xfe)
  );
}

function legacy0f38(opcode: number, pp: number): string {
  if (opcode <= 0x0b || (opcode >= 0x1c && opcode <= 0x1e)) return "ssse3";
  if (opcode === 0x37) return "sse4_2";
  if (opcode <= 0x41) return "sse4_1";
  if (opcode >= 0xc8 && opcode <= 0xcd) return "sha_ni";
  if (opcode === 0xcf) return "gfni";
  if (opcode >= 0xdb && opcode <= 0xdf) return pp === 1 ? "aes" : "";
  if (opcode === 0xf0 || opcode === 0xf1) return pp === 3 ? "sse4_2" : "movbe";
  if (opcode === 0xf6) return pp === 1 || pp === 2 ? "adx" : "";
  if (opcode === 0xf8) return pp === 1 ? "movdir64b" : "";
  return opcode === 0xf9 ? "movdiri" : "";
}

function legacy0f3a(opcode: number): string {
  if (opcode === 0x0f) return "ssse3";
  if (opcode <= 0x42) return "sse4_1";
  if (opcode === 0x44) return "pclmulqdq";
  if (opcode >= 0x60 && opcode <= 0x63) return "sse4_2";
  if (opcode === 0xcc) return "sha_ni";
  if (opcode === 0xce || opcode === 0xcf) return "gfni";
  return opcode === 0xdf ? "aes" : "";
}

function vexFeature(instruction: Instruction): string {
  switch (instruction.map) {
    case 1:
      return vex0f(instruction);
    case 2:
      return vex0f38(instruction);
    default:
      return vex0f3a(instruction);
  }
}

/** AVX, and AVX2 where integers have 256 bits; the mask registers of AVX-512 are moved about by VEX. */
function vex0f({ opcode, vector, wide, pp }: Instruction): string {
  if ((opcode >= 0x41 && opcode <= 0x4b) || (opcode >= 0x90 && opcode <= 0x93) || opcode === 0x98 || opcode === 0x99)
    return pp === 0 && !wide ? "avx512f" : pp === 1 && !wide ? "avx512dq" : "avx512bw";
  const isInteger =
    (opcode >= 0x60 && opcode <= 0x6d) ||
    (opcode >= 0x70 && opcode <= 0x76) ||
    (opcode >= 0xd1 && opcode <= 0xfe && opcode !== 0xd6 && opcode !== 0xe6 && opcode !== 0xe7 && opcode !== 0xf0);
  return vector === 1 && isInteger ? "avx2" : "avx";
}

function vex0f38({ opcode, vector, pp, modrm }: Instruction): string {
  const integer = vector === 1 ? "avx2" : "avx";
  if (opcode <= 0x0b) return integer;
  if (opcode <= 0x0f) return "avx";
  if (opcode === 0x13) return "f16c";
  if (opcode === 0x16 || opcode === 0x36) return "avx2";
  if (opcode === 0x18 || opcode === 0x19) return modrm < 0xc0 ? "avx" : "avx2";
  if (opcode === 0x17 || opcode === 0x1a || (opcode >= 0x2c && opcode <= 0x2f)) return "avx";
  if (opcode <= 0x41) return integer;
  if (opcode >= 0x45 && opcode <= 0x47) return "avx2";
  if (opcode >= 0x50 && opcode <= 0x53) return "avx_vnni";
  if (opcode === 0x58 || opcode === 0x59 || opcode === 0x5a || opcode === 0x78 || opcode === 0x79) return "avx2";
  if (opcode === 0x49 || opcode === 0x4b || opcode === 0x5c || opcode === 0x5e) return "amx_tile";
  if (opcode === 0x8c || opcode === 0x8e || (opcode >= 0x90 && opcode <= 0x93)) return "avx2";
  if (opcode === 0xb4 || opcode === 0xb5) return "avx_ifma";
  if (opcode >= 0x96 && opcode <= 0xbf) return "fma";
  if (opcode === 0xcf) return "gfni";
  if (opcode === 0xdb) return "aes";
  if (opcode >= 0xdc && opcode <= 0xdf) return vector === 1 ? "vaes" : "aes";
  if (opcode === 0xf2 || opcode === 0xf3) return "bmi1";
  if (opcode === 0xf5 || opcode === 0xf6) return "bmi2";
  if (opcode === 0xf7) return pp === 0 ? "bmi1" : "bmi2";
  return "avx";
}

function vex0f3a({ opcode, vector, wide, pp }: Instruction): string {
  if (opcode <= 0x02 || opcode === 0x38 || opcode === 0x39 || opcode === 0x46) return "avx2";
  if (opcode === 0x0e || opcode === 0x0f || opcode === 0x42 || opcode === 0x4c) return vector === 1 ? "avx2" : "avx";
  if (opcode === 0x1d) return "f16c";
  if (opcode === 0x44) return vector === 1 ? "vpclmulqdq" : "pclmulqdq";
  // KSHIFT of words is AVX512F, of bytes DQ, of what is longer BW.
  if (opcode >= 0x30 && opcode <= 0x33) {
    const isLow = opcode === 0x30 || opcode === 0x32;
    return isLow ? (wide ? "avx512f" : "avx512dq") : "avx512bw";
  }
  if (opcode === 0x48 || opcode === 0x49 || (opcode >= 0x5c && opcode <= 0x7f && opcode > 0x63)) return "fma4";
  if (opcode >= 0x5c && opcode <= 0x5f) return "fma4";
  if (opcode === 0xce || opcode === 0xcf) return "gfni";
  if (opcode === 0xdf) return "aes";
  return opcode === 0xf0 && pp === 3 ? "bmi2" : "avx";
}

/** Extensions of AVX-512 that are beyond x86-64-v4, by opcode of 0F 38 and 0F 3A. */
const EVEX_0F38: ReadonlyMap<number, string> = new Map([
  [0x50, "avx512_vnni"],
  [0x51, "avx512_vnni"],
  [0x53, "avx512_vnni"],
  [0x54, "avx512_bitalg"],
  [0x55, "avx512_vpopcntdq"],
  [0x62, "avx512_vbmi2"],
  [0x63, "avx512_vbmi2"],
  [0x70, "avx512_vbmi2"],
  [0x71, "avx512_vbmi2"],
  [0x73, "avx512_vbmi2"],
  [0x75, "avx512vbmi"],
  [0x77, "avx512f"],
  [0x7d, "avx512vbmi"],
  [0x83, "avx512vbmi"],
  [0x8d, "avx512vbmi"],
  [0x8f, "avx512_bitalg"],
  [0xb4, "avx512ifma"],
  [0xb5, "avx512ifma"],
  [0xc4, "avx512cd"],
  [0xcf, "gfni"],
]);

function evexFeature({ map, opcode, pp, wide }: Instruction): string {
  if (map >= 5) return "avx512_fp16";
  if (map === 3) {
    if (opcode >= 0x70 && opcode <= 0x73) return "avx512_vbmi2";
    if (opcode === 0x44) return "vpclmulqdq";
    return opcode === 0xce || opcode === 0xcf ? "gfni" : "avx512f";
  }
  if (map === 1) return isBytesOrWords(opcode, pp) ? "avx512bw" : "avx512f";
  if (opcode === 0x52) return pp === 2 ? "avx512_bf16" : "avx512_vnni";
  if (opcode === 0x72) return pp === 1 ? "avx512_vbmi2" : "avx512_bf16";
  if (opcode >= 0xdc && opcode <= 0xdf) return "vaes";
  if ((opcode === 0x75 || opcode === 0x7d || opcode === 0x8d) && wide) return "avx512bw";
  return EVEX_0F38.get(opcode) ?? "avx512f";
}

/** Integer instructions of 0F on bytes and words, which came with AVX512BW. */
const BYTES_OR_WORDS: ReadonlySet<number> = new Set([
  ...[0x60, 0x61, 0x63, 0x64, 0x65, 0x67, 0x68, 0x69, 0x6b, 0x71, 0x74, 0x75, 0xd1, 0xd5, 0xd8, 0xd9, 0xda],
  ...[0xdc, 0xdd, 0xde, 0xe0, 0xe1, 0xe3, 0xe4, 0xe5, 0xe8, 0xe9, 0xea, 0xec, 0xed, 0xee, 0xf1, 0xf5, 0xf6, 0xf8],
  ...[0xf9, 0xfc, 0xfd],
]);

/** VMOVDQU8 and VMOVDQU16 are among them by their prefix. */
function isBytesOrWords(opcode: number, pp: number): boolean {
  return BYTES_OR_WORDS.has(opcode) || ((opcode === 0x6f || opcode === 0x7f) && pp === 3);
}
