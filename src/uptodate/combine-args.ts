/** Combinations of values of ARG: every one with every other, but for what is excluded. */
import type { Combination } from "./uptodate-file.js";

/** Of some ARG all values that each has. */
export type ArgLists = readonly (readonly [arg: string, values: readonly string[]])[];

/** More than anybody builds; a workflow of GitHub has at most 256 jobs in a matrix. */
export const MAX_COMBINATIONS = 10_000;

/** How many there are before anything is excluded. */
export function countCombinations(lists: ArgLists): number {
  return lists.reduce((product, [, values]) => product * values.length, 1);
}

/** Every value with every other; the first ARG changes last. */
export function combineArgs(lists: ArgLists): readonly Combination[] {
  if (lists.length === 0) return [];
  return lists.reduce<readonly Combination[]>(
    (before, [arg, values]) =>
      before.flatMap((one) => values.map((value): Combination => new Map([...one, [arg, value]]))),
    [new Map()],
  );
}

/** Lists read side by side: the first of each is one combination, the second of each another. They are of one length. */
export function zipArgs(lists: Readonly<Record<string, readonly string[]>>): readonly Combination[] {
  const [first = []] = Object.values(lists);
  return first.map((_, index) => new Map(Object.entries(lists).map(([arg, values]) => [arg, values[index] ?? ""])));
}

/** Without those that have all that one of the excluded ones names. */
export function excludeCombinations(
  all: readonly Combination[],
  excluded: readonly Combination[],
): readonly Combination[] {
  return all.filter((one) => !excluded.some((other) => [...other].every(([arg, value]) => one.get(arg) === value)));
}
