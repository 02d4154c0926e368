/**
 * How well an image fits a host's CPU: what it was built for, against what is there. The two orders are kept apart (docs/cpu.md): by
 * name what runs is what makers promise, by features it is what the hardware does.
 */
import { findLevelOfName, fitCpu } from "../cpu/fit.js";
import { listLevelsBelow, lowestLevel } from "../cpu/level.js";
import type { CpuTable } from "../cpu/microarchitecture.js";
import type { Question } from "./question.js";

export interface Optimal {
  /** whether its target is the host's level: it uses what the CPU has, and nothing that it has not */
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

/** @returns undefined where the image's programs are for another machine */
export function compareCpu({ need, target, copies }: Question, table: CpuTable): Optimal | undefined {
  const { machine } = need;
  if (machine === undefined || machine !== target.machine) return undefined;
  const { cpu } = target;
  const { built, by } = findBuilt(need, lowestLevel(machine) ?? machine);
  const level = cpu.level?.name;
  const known = listLevelsBelow(findLevelOfName(table, built) ?? built);
  const below = level === undefined ? [] : listLevelsBelow(level);
  const unused = below.filter((one) => !known.includes(one));
  const isBeyond = below.length > 0 && known.some((one) => !below.includes(one));
  const { name = "", features, generation } = cpu;
  const fit = fitCpu(built, { name, machine, features, ...(generation === undefined ? {} : { generation }) }, table);
  const byName = name === "" ? undefined : fit?.byName;
  // What one level has, each above it has by definition; of a CPU without features nothing else is known.
  const byFeatures = below.includes(built) || (features.length === 0 ? undefined : fit?.byFeatures);
  return {
    is:
      level === undefined || cpu.level?.isExact !== true ? "unknown" : unused.length === 0 && !isBeyond ? "yes" : "no",
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
function findBuilt({ target, floors, code, start }: Question["need"], baseline: string): { built: string; by: string } {
  if (target !== undefined) return { built: target.name, by: target.by };
  if (floors.isa !== undefined && floors.isa !== baseline) return { built: floors.isa, by: "notes" };
  // Of a library alone it would say nothing of the rest.
  if (code?.confidence === "high" && code.by.includes(start.programs.at(-1) ?? ""))
    return { built: code.level, by: "code" };
  return { built: baseline, by: "machine" };
}
