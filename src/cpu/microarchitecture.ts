/**
 * What a microarchitecture is: a name that people, package managers and compilers know, with a place among others. The names are
 * those of archspec, so that they can be compared with what other tools say; the table is our own.
 */
import type { FeatureAlias } from "./features.js";

/** [family, model] or [family, first model, last model], as /proc/cpuinfo has them. */
export type ModelRange = readonly [family: number, first: number, last?: number];

export interface Microarchitecture {
  readonly name: string;
  /** those that it descends from without others between: what runs on them runs on it */
  readonly parents: readonly string[];
  /** as its system spells it: "GenuineIntel", "ARM"; "" for a level, which nobody makes */
  readonly vendor: string;
  /** everything that its code may use, as in /proc/cpuinfo: what its parents have is among it */
  readonly features: readonly string[];
  /** of a POWER CPU: 9 for POWER9 */
  readonly generation?: number;
  /** "CPU part" of its cores, for Arm: "0xd0c" */
  readonly parts?: readonly string[];
  /** others who put this core under a number of their own */
  readonly alsoBy?: readonly string[];
  /** the x86 models that are it; several may share a number and differ in stepping */
  readonly models?: readonly ModelRange[];
  readonly fromStepping?: number;
}

/** The microarchitectures that are known, by name, parents before children; and other names for features. */
export interface CpuTable {
  readonly targets: ReadonlyMap<string, Microarchitecture>;
  readonly aliases: readonly FeatureAlias[];
}

/** A line of the table: what a microarchitecture adds to its parents. */
export interface TargetRow extends Omit<Microarchitecture, "features" | "vendor"> {
  /** features beyond those of its parents, with blanks between */
  readonly adds?: string;
}

/** A table from its lines, each after those of its parents. */
export function createTable(
  groups: readonly { readonly vendor: string; readonly rows: readonly TargetRow[] }[],
  aliases: readonly FeatureAlias[],
): CpuTable {
  const targets = new Map<string, Microarchitecture>();
  for (const { vendor, rows } of groups) {
    for (const { adds = "", ...row } of rows) {
      const inherited = row.parents.flatMap((parent) => targets.get(parent)?.features ?? []);
      const features = new Set([...inherited, ...adds.split(" ").filter((name) => name !== "")]);
      targets.set(row.name, { ...row, vendor, features: [...features].sort() });
    }
  }
  return { targets, aliases };
}
