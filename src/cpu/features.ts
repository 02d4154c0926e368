/**
 * Features are spelled as Linux shows them in /proc/cpuinfo. Some have another name elsewhere, some mean one of several, and some are
 * never listed because every CPU of a machine has them: those are aliases.
 */
export interface FeatureAlias {
  readonly name: string;
  /** any one of these is enough; none where the machine alone tells */
  readonly anyOf?: readonly string[];
  /** machines whose every CPU has it, or that alone have it */
  readonly machines?: readonly string[];
}

const POWER = ["ppc64", "ppc64le"];

export const FEATURE_ALIASES: readonly FeatureAlias[] = [
  // Linux says pni, for Prescott new instructions; whoever has their supplement has them too.
  { name: "sse3", anyOf: ["pni", "ssse3"] },
  { name: "pni", anyOf: ["sse3"] },
  { name: "sse4.1", anyOf: ["sse4_1"] },
  { name: "sse4.2", anyOf: ["sse4_2"] },
  { name: "lzcnt", anyOf: ["abm"] },
  { name: "avx512", anyOf: ["avx512f", "avx512vl", "avx512bw", "avx512dq", "avx512cd"] },
  { name: "neon", machines: ["aarch64"] },
  { name: "altivec", machines: POWER },
  { name: "vsx", machines: POWER },
  { name: "fma", machines: POWER },
];

export interface FeatureOwner {
  /** `uname -m` */
  readonly machine: string;
  readonly features: readonly string[];
}

/** A test for features of one CPU, by their names or their aliases. */
export function createFeatureTest(
  { machine, features }: FeatureOwner,
  aliases: readonly FeatureAlias[] = FEATURE_ALIASES,
): (feature: string) => boolean {
  const shown = new Set(features);
  const isMet = ({ anyOf, machines }: FeatureAlias): boolean =>
    (anyOf === undefined || anyOf.some((name) => shown.has(name))) &&
    (machines === undefined || machines.includes(machine));
  return (feature) => shown.has(feature) || aliases.some((alias) => alias.name === feature && isMet(alias));
}
