/**
 * What a compiler is told to build for a microarchitecture, from the release on that knows it: the names differ between compilers and
 * were changed. Of the manuals of GCC (options of x86, AArch64, RS/6000 and RISC-V) and of Clang. Before the first release that is
 * listed a compiler builds for less, and nothing is said.
 */

/** "4.9 haswell": from this release on, under this name; later releases after earlier ones. */
const X86_NAMES: Readonly<Record<string, readonly [gcc: string, clang: string]>> = {
  x86_64: ["4.2 x86-64", "3.9 x86-64"],
  x86_64_v2: ["11.1 x86-64-v2", "12 x86-64-v2"],
  x86_64_v3: ["11.1 x86-64-v3", "12 x86-64-v3"],
  x86_64_v4: ["11.1 x86-64-v4", "12 x86-64-v4"],
  nocona: ["4.0.4 nocona", "3.9 nocona"],
  core2: ["4.3 core2", "3.9 core2"],
  nehalem: ["4.6 corei7, 4.9 nehalem", "3.9 nehalem"],
  westmere: ["4.9 westmere", "3.9 westmere"],
  sandybridge: ["4.6 corei7-avx, 4.9 sandybridge", "3.9 sandybridge"],
  ivybridge: ["4.6 core-avx-i, 4.9 ivybridge", "3.9 ivybridge"],
  haswell: ["4.8 core-avx2, 4.9 haswell", "3.9 haswell"],
  broadwell: ["4.9 broadwell", "3.9 broadwell"],
  skylake: ["6 skylake", "3.9 skylake"],
  skylake_avx512: ["6 skylake-avx512", "3.9 skylake-avx512"],
  cannonlake: ["8 cannonlake", "3.9 cannonlake"],
  cascadelake: ["9 cascadelake", "8 cascadelake"],
  icelake: ["8 icelake-client", "7 icelake-client"],
  sapphirerapids: ["11 sapphirerapids", "12 sapphirerapids"],
  alderlake: ["11 alderlake", "12 alderlake"],
  arrowlake: ["14 arrowlake", "18 arrowlake"],
  arrowlake_s: ["14 arrowlake-s", "18 arrowlake-s"],
  k10: ["4.3 amdfam10", "3.9 amdfam10"],
  bulldozer: ["4.7 bdver1", "3.9 bdver1"],
  piledriver: ["4.7 bdver2", "3.9 bdver2"],
  steamroller: ["4.8 bdver3", "3.9 bdver3"],
  excavator: ["4.9 bdver4", "3.9 bdver4"],
  zen: ["6 znver1", "4 znver1"],
  zen2: ["9 znver2", "9 znver2"],
  zen3: ["10.3 znver3", "12 znver3"],
  zen4: ["12.3 znver4", "16 znver4"],
  zen5: ["14.1 znver5", "19.1 znver5"],
};

/** Named by -mcpu, which chooses instructions and their order at once. */
const CPU_NAMES: Readonly<Record<string, readonly [gcc: string, clang: string]>> = {
  power7: ["4.4 power7", "3.9 power7"],
  power8: ["4.9 power8", "3.9 power8"],
  power9: ["6 power9", "3.9 power9"],
  power10: ["11.1 power10", "11 power10"],
  power8le: ["4.9 power8", "3.9 power8"],
  power9le: ["6 power9", "3.9 power9"],
  power10le: ["11.1 power10", "11 power10"],
  cortex_a72: ["6 cortex-a72", "3.9 cortex-a72"],
  thunderx2: ["7 thunderx2t99", "5 thunderx2t99"],
  a64fx: ["10.3 a64fx", "11 a64fx"],
  neoverse_n1: ["9 neoverse-n1", "10 neoverse-n1"],
  neoverse_v1: ["10.3 neoverse-v1", "12 neoverse-v1"],
  neoverse_v2: ["12.3 neoverse-v2", "16 neoverse-v2"],
  neoverse_n2: ["11 neoverse-n2", "16 neoverse-n2"],
  neoverse_v3ae: ["15 neoverse-v3ae", "19 neoverse-v3ae"],
  ampere1: ["13 ampere1", "16 ampere1"],
  ampere1a: ["13 ampere1a", "17 ampere1a"],
  m1: ["15.1 apple-m1", "13 apple-m1"],
  m2: ["15.1 apple-m2", "16 apple-m2"],
  m3: ["15.1 apple-m3", "16 apple-m3"],
  m4: ["", "19 apple-m4"],
};

const X86 = new Map(Object.entries(X86_NAMES));
const CPUS = new Map(Object.entries(CPU_NAMES));

export type Compiler = "gcc" | "clang";

/**
 * The flags that build for a microarchitecture.
 *
 * @param release "12.3"
 * @returns undefined where this release has none of its own for it
 */
export function findCompilerFlags(name: string, compiler: Compiler, release: string): string | undefined {
  const at = compiler === "gcc" ? 0 : 1;
  const x86 = X86.get(name);
  const called = findSpelling((x86 ?? CPUS.get(name))?.[at] ?? "", release);
  if (called === undefined) return undefined;
  if (x86 === undefined) return `-mcpu=${called}`;
  // Levels are no CPUs, and code for them is not to be tuned for one.
  return `-march=${called} -mtune=${called.startsWith("x86-64") ? "generic" : called}`;
}

/** The last spelling whose release is not after this one. */
function findSpelling(spellings: string, release: string): string | undefined {
  const known = spellings
    .split(", ")
    .filter((one) => one !== "")
    .map((one) => one.split(" ") as [string, string])
    .filter(([since]) => compareReleases(since, release) <= 0);
  return known.at(-1)?.[1];
}

function compareReleases(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.split(".").map(Number));
  const at = [0, 1, 2].find((index) => (left?.[index] ?? 0) !== (right?.[index] ?? 0));
  return at === undefined ? 0 : (left?.[at] ?? 0) - (right?.[at] ?? 0);
}
