/**
 * "Can run on", asked in two ways that must not be mixed up.
 *
 * By name: what was built for a microarchitecture runs on it and on those that descend from it. That is what makers promise, and it
 * says nothing across makers. By features: code runs where every feature that it may use is there. That is what the hardware does,
 * and it forgets what no feature names. Code for zen3 runs on no Intel by name, and by features on those that have them all.
 *
 * Both are partial orders: of cascadelake and cannonlake neither runs the other's code.
 */
import type { CpuTable, Microarchitecture } from "./microarchitecture.js";

/** All that a microarchitecture descends from, itself not among them; empty for one that is not known. */
export function findAncestors({ targets }: CpuTable, name: string): ReadonlySet<string> {
  const found = new Set<string>();
  const rest = [...(targets.get(name)?.parents ?? [])];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    if (!found.has(next)) rest.push(...(targets.get(next)?.parents ?? []));
    found.add(next);
  }
  return found;
}

/** The one that it descends from and that descends from nobody: the machine, such as x86_64. */
export function findMachine(table: CpuTable, name: string): string | undefined {
  return [name, ...findAncestors(table, name)].find((one) => table.targets.get(one)?.parents.length === 0);
}

/** By name: whether code for `built` runs on `host`. */
export function runsByName(table: CpuTable, built: string, host: string): boolean {
  return table.targets.has(host) && (built === host || findAncestors(table, host).has(built));
}

/** How far from its machine one is, then how much it can do: where a CPU could be called several names, the greatest is the best. */
export function compareRank(table: CpuTable, a: Microarchitecture, b: Microarchitecture): number {
  const depth = findAncestors(table, a.name).size - findAncestors(table, b.name).size;
  return depth === 0 ? a.features.length - b.features.length : depth;
}
