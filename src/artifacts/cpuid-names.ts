/**
 * What Node Feature Discovery calls the features of a CPU (`cpu.cpuid`), and with it the proposals that were made by the same people. On
 * x86-64 these are the names of github.com/klauspost/cpuid, on AArch64 those of the kernel's HWCAPs in capitals.
 */
import { findLevelFeatures, X86_64_LEVELS } from "../cpu/level.js";

/** Those that are not /proc/cpuinfo's name in capitals. */
const X86_NAMES: Readonly<Record<string, string>> = {
  cx8: "CMPXCHG8",
  fpu: "X87",
  lahf_lm: "LAHF",
  pni: "SSE3",
  sse4_1: "SSE4",
  sse4_2: "SSE42",
  fma: "FMA3",
  abm: "LZCNT",
  xsave: "OSXSAVE",
};

/** The levels that have such names, worse before better of one machine. */
const ARM_LEVELS = ["armv8-a", "armv8.1-a", "armv8.2-a", "armv8.3-a", "armv8.4-a"] as const;

/** The names of all that a level has, sorted; none for a level of another machine. */
export function toCpuidNames(level: string): readonly string[] {
  const isX86 = X86_64_LEVELS.some((one) => one === level);
  if (!isX86 && !ARM_LEVELS.some((one) => one === level)) return [];
  const names = (findLevelFeatures(level) ?? []).map(
    (name) => (isX86 ? X86_NAMES[name] : undefined) ?? name.toUpperCase(),
  );
  return names.sort();
}

/** The best level of which every feature is among these names; undefined where there is none. */
export function findCpuidLevel(names: ReadonlySet<string>): string | undefined {
  const has = (level: string): boolean => toCpuidNames(level).every((name) => names.has(name));
  return X86_64_LEVELS.findLast(has) ?? ARM_LEVELS.findLast(has);
}
