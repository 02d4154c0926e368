/** A CPU that somebody names instead of showing it: a level, or a microarchitecture, which stands on one. */
import { findLevelOfName } from "./fit.js";
import { CPU_LEVELS } from "./hwcaps.js";
import { findLevelFeatures } from "./level.js";
import { MICROARCHITECTURES } from "./microarchitectures.js";

export interface NamedCpu {
  readonly name: string;
  readonly level: string;
  /** of a microarchitecture: what makes it known which copies an older glibc takes */
  readonly vendor: string;
  readonly features: readonly string[];
}

/** The CPU of a name; undefined for one that nobody knows, and for CPUs of 32 bits, which have no level. */
export function findNamedCpu(name: string): NamedCpu | undefined {
  const known = MICROARCHITECTURES.targets.get(name);
  const level = known === undefined ? undefined : findLevelOfName(MICROARCHITECTURES, name);
  if (known !== undefined && level !== undefined)
    return { name, level, vendor: known.vendor, features: known.features };
  if (!CPU_LEVELS.includes(name) && findLevelFeatures(name) === undefined) return undefined;
  return { name: name.replaceAll("-", "_"), level: name, vendor: "", features: [] };
}
