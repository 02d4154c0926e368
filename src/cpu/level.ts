/**
 * The x86-64 microarchitecture levels of the psABI, from the flags that Linux shows in /proc/cpuinfo. A level is usable when
 * every feature of it and of all levels below is there; glibc-hwcaps folders are named after them.
 * x86-64 psABI, table "Micro-Architecture Levels"; names of the flags from Linux' arch/x86/include/asm/cpufeatures.h.
 */
export const X86_64_LEVELS = ["x86-64-v1", "x86-64-v2", "x86-64-v3", "x86-64-v4"] as const;
export type X86Level = (typeof X86_64_LEVELS)[number];

const REQUIRED: Readonly<Record<X86Level, readonly string[]>> = {
  "x86-64-v1": ["cmov", "cx8", "fpu", "fxsr", "mmx", "syscall", "sse", "sse2"],
  "x86-64-v2": ["cx16", "lahf_lm", "popcnt", "pni", "ssse3", "sse4_1", "sse4_2"],
  "x86-64-v3": ["avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe", "xsave"],
  "x86-64-v4": ["avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"],
};

/** The highest level that a CPU with these flags reaches; undefined below the baseline. */
export function findX86Level(flags: ReadonlySet<string>): X86Level | undefined {
  let best: X86Level | undefined;
  for (const level of X86_64_LEVELS) {
    if (!REQUIRED[level].every((flag) => flags.has(flag))) break;
    best = level;
  }
  return best;
}
