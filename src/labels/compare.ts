/** Whether two values of a label say the same. */

/** Spelling differs between tools: "OpenMPI", "open-mpi" and "openmpi" are one word. */
export function isSameWord(a: string, b: string): boolean {
  return plain(a) === plain(b);
}

/**
 * Whether two releases can be one: as far as both tell numbers these are equal, and what a distribution adds behind a hyphen, a blank or
 * a plus does not count. Undefined where one of them is no release.
 */
export function isSameRelease(a: string, b: string): boolean | undefined {
  const [left, right] = [toNumbers(a), toNumbers(b)];
  if (left === undefined || right === undefined) return undefined;
  const common = Math.min(left.length, right.length);
  return left.slice(0, common).every((number, index) => number === right[index]);
}

function plain(text: string): string {
  return text.toLowerCase().replace(/[-_ ]/g, "");
}

function toNumbers(text: string): readonly number[] | undefined {
  const [release] = /^v?(?:\d+:)?\d+(?:\.\d+)*/.exec(text.trim()) ?? [];
  return release
    ?.replace(/^v?(?:\d+:)?/, "")
    .split(".")
    .map(Number);
}
