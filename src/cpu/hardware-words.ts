/**
 * What glibc calls an x86-64 CPU since 2.26: a word for its platform, which is what $PLATFORM becomes, and words for its capabilities.
 * Up to 2.36 both also name folders with copies of libraries. Only Intel's CPUs are told apart; everything else is plain x86_64.
 * Source: the end of init_cpu_features, glibc's sysdeps/x86/cpu-features.c. The first two releases look for LZCNT at the bit of VMX
 * (BZ 23456), and distributions have mended that or not.
 */
import { X86_64_LEVELS } from "./level.js";

export interface HardwareWords {
  readonly platform: "x86_64" | "haswell" | "xeon_phi";
  /** in the order in which the loader combines them */
  readonly capabilities: readonly string[];
}

const PLAIN: HardwareWords = { platform: "x86_64", capabilities: ["x86_64"] };
const HASWELL: HardwareWords = { platform: "haswell", capabilities: ["x86_64"] };
const SKYLAKE: HardwareWords = { platform: "haswell", capabilities: ["x86_64", "avx512_1"] };
const SKYLAKE_WITHOUT_VMX: HardwareWords = { platform: "x86_64", capabilities: ["x86_64", "avx512_1"] };
const XEON_PHI: HardwareWords = { platform: "xeon_phi", capabilities: ["x86_64"] };

/** The words themselves, without the one that every CPU has. */
export const WORDS_OF_MODELS: ReadonlySet<string> = new Set(["haswell", "xeon_phi", "avx512_1"]);

const HASWELL_FLAGS = ["avx2", "fma", "bmi1", "bmi2", "abm", "movbe", "popcnt"];
const SKYLAKE_FLAGS = ["avx512bw", "avx512dq", "avx512vl"];

/** What is known of a CPU: vendor_id of /proc/cpuinfo, its flags as Linux names them, and the level that they reach. */
interface KnownCpu {
  readonly vendor: string;
  readonly features: readonly string[];
  readonly level?: string;
}

/** The words for a CPU; several where releases differ about it, or where its vendor or its flags are not told; none for other machines than x86-64. */
export function findHardwareWords({ vendor, features, level }: KnownCpu): readonly HardwareWords[] {
  if (level !== undefined && !isX86Level(level)) return [];
  if (vendor === "" || features.length === 0) return possibleHardwareWords(level);
  if (vendor !== "GenuineIntel") return [PLAIN];
  const words = toIntelWords(features);
  const isMistaken = words.platform === "haswell" && !features.includes("vmx");
  return isMistaken ? [words, { ...words, platform: "x86_64" }] : [words];
}

function toIntelWords(features: readonly string[]): HardwareWords {
  const flags = new Set(features);
  const hasAll = (names: readonly string[]): boolean => names.every((name) => flags.has(name));
  const isFoundation = hasAll(["avx512f", "avx512cd"]);
  if (isFoundation && hasAll(["avx512er", "avx512pf"])) return XEON_PHI;
  const { platform } = hasAll(HASWELL_FLAGS) ? HASWELL : PLAIN;
  const hasMore = isFoundation && !flags.has("avx512er") && hasAll(SKYLAKE_FLAGS);
  return { platform, capabilities: hasMore ? SKYLAKE.capabilities : PLAIN.capabilities };
}

/** Every choice of words that some CPU of a level gets, where only its level is known; of all where not even that is. */
export function possibleHardwareWords(level: string | undefined): readonly HardwareWords[] {
  switch (level) {
    case undefined:
      return [PLAIN, HASWELL, SKYLAKE, SKYLAKE_WITHOUT_VMX, XEON_PHI];
    case "x86-64-v3":
      return [PLAIN, HASWELL, XEON_PHI];
    case "x86-64-v4":
      return [PLAIN, SKYLAKE, SKYLAKE_WITHOUT_VMX];
    default:
      return isX86Level(level) ? [PLAIN] : [];
  }
}

function isX86Level(level: string): boolean {
  return (X86_64_LEVELS as readonly string[]).includes(level);
}
