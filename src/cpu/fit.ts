/**
 * What code that was built for one CPU finds on another: whether it may run there, asked in both orders, and what it leaves unused. A
 * target may be called as in the table ("zen3", "x86_64_v3"), or as compilers call levels ("x86-64-v3", "armv8.2-a", "power9").
 */
import { createFeatureTest } from "./features.js";
import type { CpuIdentity } from "./identify.js";
import { findLevelFeatures } from "./level.js";
import type { CpuTable } from "./microarchitecture.js";
import { MICROARCHITECTURES } from "./microarchitectures.js";
import { findAncestors, findMachine, runsByName } from "./order.js";

/** What is asked of a CPU. */
export type FitCpu = Pick<CpuIdentity, "name" | "machine" | "features" | "generation">;

export interface CpuFit {
  /** whether the target is the CPU's microarchitecture or one that it descends from; undefined where the table does not have it */
  readonly byName: boolean | undefined;
  /** whether every feature is there that the target may use; undefined where features do not tell, as of RISC-V's boards */
  readonly byFeatures: boolean | undefined;
  /** features of the target that the CPU does not show, sorted */
  readonly missing: readonly string[];
  /** features of the CPU's microarchitecture that the target does not use, sorted: what is given away */
  readonly unused: readonly string[];
}

/** How a target fits a CPU; undefined for a target that nobody knows. */
export function fitCpu(target: string, cpu: FitCpu, table: CpuTable = MICROARCHITECTURES): CpuFit | undefined {
  const name = toTargetName(table, target, cpu.machine);
  const found = name === undefined ? undefined : table.targets.get(name);
  const level = findLevelFeatures(target) ?? (name === undefined ? undefined : findLevelFeatures(toLevelName(name)));
  const needed = level ?? found?.features;
  if (needed === undefined) return undefined;
  const machine = name === undefined ? undefined : findMachine(table, name);
  const byName = name === undefined ? undefined : runsByName(table, name, cpu.name);
  // The same words mean other things on another machine; but for code of 32 bits, which every x86-64 CPU runs.
  const isOther = machine !== undefined && machine !== cpu.machine && !(machine === "x86" && cpu.machine === "x86_64");
  if (isOther) return { byName, byFeatures: false, missing: [...needed].sort(), unused: [] };
  const missing = needed.filter(not(createFeatureTest(cpu, table.aliases))).sort();
  const used = createFeatureTest({ machine: cpu.machine, features: needed }, table.aliases);
  return {
    byName,
    byFeatures: hasGeneration(found?.generation, cpu, needed.length > 0 || found?.parents.length === 0, missing),
    missing,
    unused: (table.targets.get(cpu.name)?.features ?? []).filter(not(used)),
  };
}

function hasGeneration(needed: number | undefined, cpu: FitCpu, isTold: boolean, missing: readonly string[]) {
  if (needed !== undefined) return (cpu.generation ?? 0) >= needed;
  return isTold ? missing.length === 0 : undefined;
}

function not(has: (feature: string) => boolean): (feature: string) => boolean {
  return (feature) => !has(feature);
}

const LEVEL_NAMES: ReadonlyMap<string, string> = new Map([
  ["x86_64", "x86-64-v1"],
  ["aarch64", "armv8-a"],
  ["armv9.0a", "armv9-a"],
  ["riscv64", "rv64gc"],
]);

/** What compilers call a level of the table: "x86-64-v3" for x86_64_v3; a name that is no level stays as it is. */
export function toLevelName(name: string): string {
  return LEVEL_NAMES.get(name) ?? name.replace(/^x86_64_(v\d)$/, "x86-64-$1").replace(/^(armv\d+\.\d+)a$/, "$1-a");
}

/** What the table calls a target; undefined where it has none of that name for the machine. */
export function toTargetName({ targets }: CpuTable, name: string, machine: string): string | undefined {
  if (machine === "ppc64le" && targets.has(`${name}le`)) return `${name}le`;
  return targets.has(name) ? name : [...targets.keys()].find((one) => toLevelName(one) === name);
}

/** The level that a microarchitecture has by its name: "x86-64-v4" of zen4, "armv8.4-a" of m1, "power9" of power9le. */
export function findLevelOfName(table: CpuTable, name: string): string | undefined {
  const { generation, vendor } = table.targets.get(name) ?? {};
  if (vendor === undefined) return undefined;
  if (generation !== undefined) return `power${generation}`;
  const levels = [name, ...findAncestors(table, name)].filter(
    (one) => findLevelFeatures(toLevelName(one)) !== undefined,
  );
  const depthOf = (one: string): number => findAncestors(table, one).size;
  const [first, ...others] = levels;
  return first && toLevelName(others.reduce((best, one) => (depthOf(one) > depthOf(best) ? one : best), first));
}
