/**
 * Which microarchitecture a CPU is. Its name is the best whose code it can run whatever that code uses: of the same machine and maker,
 * with every feature shown. One feature that firmware, a hypervisor or an old kernel hides is enough to take a name away, and the
 * best one left may be a poor one. So the nearest name is told too, with the features that the CPU is short of.
 */
import type { CpuDescription } from "./description.js";
import { createFeatureTest } from "./features.js";
import { findLevel, findPowerLevel, findZLevel } from "./level.js";
import type { CpuTable, Microarchitecture } from "./microarchitecture.js";
import { MICROARCHITECTURES } from "./microarchitectures.js";
import { findCalled, findNearest } from "./nearest.js";
import { compareRank, findMachine, runsByName } from "./order.js";

export interface CpuIdentity {
  /** its microarchitecture: "zen4" */
  readonly name: string;
  /** `uname -m` */
  readonly machine: string;
  /** as its system spells it; "" where it is not told */
  readonly vendor: string;
  /** the level that its features prove: "x86-64-v4", "armv8.2-a" */
  readonly level?: string;
  /** of a POWER CPU: 9 for POWER9 */
  readonly generation?: number;
  /** as in /proc/cpuinfo, sorted */
  readonly features: readonly string[];
  /** the microarchitecture that it is, or comes nearest to, where something of that is missing; else its name again */
  readonly nearest: string;
  /** the features of `nearest` that it does not show, sorted */
  readonly missing: readonly string[];
}

/**
 * @param machine `uname -m`, where it is known: captures do not always tell it
 * @returns undefined where the capture cannot be from that machine
 */
export function identifyCpu(
  described: CpuDescription,
  machine: string = described.machines[0],
  table: CpuTable = MICROARCHITECTURES,
): CpuIdentity | undefined {
  if (!described.machines.includes(machine)) return undefined;
  const called = findCalled(table, described);
  // A system that gives the name shows few features or none.
  const features = [...new Set([...described.features, ...(called?.features ?? [])])].sort();
  const has = createFeatureTest({ machine, features }, table.aliases);
  const missingOf = (target: Microarchitecture): readonly string[] => target.features.filter((one) => !has(one));
  const family = [...table.targets.values()].filter((target) => findMachine(table, target.name) === machine);

  const generic = findBest(
    table,
    family.filter((target) => isGenericOf(target) && (target.parents.length === 0 || missingOf(target).length === 0)),
  );
  const ofMaker = family.filter((target) => isOfMaker(target, described));
  const runnable = ofMaker.filter((target) => {
    if (generic === undefined || !runsByName(table, generic.name, target.name)) return false;
    if (called !== undefined) return runsByName(table, target.name, called.name);
    if (target.generation !== undefined) return target.generation <= (described.generation ?? 0);
    return target.features.length > 0 && missingOf(target).length === 0;
  });
  const numbered = runnable.filter(({ parts = [] }) => parts.includes(described.part ?? ""));
  const named = findBest(table, numbered.length > 0 ? numbered : runnable) ?? generic;

  const name = named?.name ?? machine;
  const near = findNearest(table, ofMaker, named, described, missingOf);
  const level = findLevelOf(machine, described, has);
  return {
    name,
    machine,
    vendor: described.vendor,
    ...(level === undefined ? {} : { level }),
    ...(described.generation === undefined ? {} : { generation: described.generation }),
    features,
    nearest: near?.name ?? name,
    missing: near === undefined ? [] : missingOf(near),
  };
}

/** Nobody makes it, and features tell it or the machine does: Arm's versions have no features in the table, and tell no CPU. */
function isGenericOf({ vendor, parents, features }: Microarchitecture): boolean {
  return vendor === "" && (parents.length === 0 || features.length > 0);
}

function isOfMaker({ vendor, alsoBy = [] }: Microarchitecture, described: CpuDescription): boolean {
  return vendor !== "" && (vendor === described.vendor || alsoBy.includes(described.vendor));
}

/** The greatest; of equals the first in the table. */
function findBest(table: CpuTable, targets: readonly Microarchitecture[]): Microarchitecture | undefined {
  const [first, ...others] = targets;
  return first && others.reduce((best, one) => (compareRank(table, one, best) > 0 ? one : best), first);
}

function findLevelOf(
  machine: string,
  { generation, machineType }: CpuDescription,
  has: (feature: string) => boolean,
): string | undefined {
  if (machine === "ppc64le") return findPowerLevel(generation ?? 0);
  if (machine === "s390x") return findZLevel(machineType, has);
  // A 32-bit kernel runs on the same CPU.
  return findLevel(machine === "x86" && has("lm") ? "x86_64" : machine, has);
}
