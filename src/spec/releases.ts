/** Releases as numbers with dots: 12.10 is newer than 12.9. */
export function compareReleases(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.split(".").map(Number)) as [number[], number[]];
  const at = Array.from({ length: Math.max(left.length, right.length) }, (_, i) => i).find(
    (i) => (left[i] ?? 0) !== (right[i] ?? 0),
  );
  return at === undefined ? 0 : (left[at] ?? 0) - (right[at] ?? 0);
}
