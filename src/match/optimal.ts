/**
 * How well an image fits a host's CPU: what it was built for, against what is there. The two orders are kept apart (docs/cpu.md): by
 * name what runs is what makers promise, by features it is what the hardware does.
 */
import { createFeatureTest } from "../cpu/features.js";
import { findLevelFeatures, listLevelsBelow, lowestLevel, microarchitectureOf } from "../cpu/level.js";
import type { CpuTable } from "../cpu/microarchitecture.js";
import { runsByName } from "../cpu/order.js";
import type { Question } from "./question.js";

export interface Optimal {
  /** whether what was built uses what the CPU has: its target is the host's level or above it */
  readonly is: "yes" | "no" | "unknown";
  /** the level or microarchitecture that the image was built for */
  readonly built: string;
  /** how that is known: a label, the variant of its platform, notes, its code, or only its machine */
  readonly by: string;
  /** the host's level, where it is known */
  readonly level?: string;
  /** the image's target is the host's microarchitecture or one that it descends from; absent where one of them has no name */
  readonly runsByName?: boolean;
  /** the host has every feature of the image's target; absent where the features of one of them are not known */
  readonly runsByFeatures?: boolean;
  /** levels of the host above the one that the image was built for, best first */
  readonly unused: readonly string[];
  /** copies of libraries for better CPUs that the loader takes on this host */
  readonly copies: readonly { readonly level: string; readonly libraries: number }[];
}

/** @returns undefined where the image's programs are for another machine, or nothing is known of either side */
export function compareCpu({ need, target, copies }: Question, table: CpuTable): Optimal | undefined {
  const { machine } = need;
  if (machine === undefined || machine !== target.machine) return undefined;
  const baseline = lowestLevel(machine) ?? machine;
  const { built, by } = findBuilt(need, baseline);
  const { cpu } = target;
  const level = cpu.level?.name;
  const below = level === undefined ? [] : listLevelsBelow(level);
  const known = listLevelsBelow(toLevel(built, table));
  const unused = below.filter((one) => !known.includes(one));
  const byName = cpu.name === undefined ? undefined : tellByName(built, cpu.name, table);
  const byFeatures = tellByFeatures(built, { machine, features: cpu.features, below }, table);
  return {
    is: level === undefined || cpu.level?.isExact !== true ? "unknown" : unused.length === 0 ? "yes" : "no",
    built,
    by,
    ...(level === undefined ? {} : { level }),
    ...(byName === undefined ? {} : { runsByName: byName }),
    ...(byFeatures === undefined ? {} : { runsByFeatures: byFeatures }),
    unused,
    copies,
  };
}

/** What says the most of what it was built for: its own word, its notes, its code where that is plain, or nothing. */
function findBuilt({ target, floors, code }: Question["need"], baseline: string): { built: string; by: string } {
  if (target !== undefined) return { built: target.name, by: target.by };
  if (floors.isa !== undefined && floors.isa !== baseline) return { built: floors.isa, by: "notes" };
  if (code?.level !== undefined && code.confidence === "high") return { built: code.level, by: "code" };
  return { built: baseline, by: "machine" };
}

/** The level that a microarchitecture stands on: itself where it is one. */
function toLevel(name: string, { targets }: CpuTable): string {
  if (listLevelsBelow(name).length > 0) return name;
  const pending = [name];
  for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
    const level = [...LEVELS].find((one) => microarchitectureOf(one) === next);
    if (level !== undefined) return level;
    pending.push(...(targets.get(next)?.parents ?? []));
  }
  return name;
}

/** Levels that have a name in the table, best first. */
const LEVELS = [
  ...["x86-64-v4", "x86-64-v3", "x86-64-v2", "x86-64-v1"],
  ...["armv9.2-a", "armv9-a", "armv8.6-a", "armv8.5-a", "armv8.4-a", "armv8.3-a", "armv8.2-a", "armv8.1-a", "armv8-a"],
  ...["power11", "power10", "power9", "power8"],
];

function tellByName(built: string, host: string, table: CpuTable): boolean | undefined {
  const name = table.targets.has(built) ? built : microarchitectureOf(built);
  return name === undefined || !table.targets.has(name) || !table.targets.has(host)
    ? undefined
    : runsByName(table, name, host);
}

function tellByFeatures(
  built: string,
  host: { readonly machine: string; readonly features: readonly string[]; readonly below: readonly string[] },
  table: CpuTable,
): boolean | undefined {
  // What one level has, another on the same ladder has by definition.
  if (host.below.includes(built)) return true;
  if (host.features.length === 0) return undefined;
  const needed = findLevelFeatures(built) ?? table.targets.get(built)?.features ?? [];
  return needed.length === 0 ? undefined : needed.every(createFeatureTest(host, table.aliases));
}
