/**
 * The order in which glibc's tools sort names of libraries: digit runs compare as numbers, so libx.so.10 comes after libx.so.9,
 * and a digit comes after any other character. Mirrors _dl_cache_libcmp of elf/dl-cache.c.
 */

/** Negative where `one` is the older name, positive where it is the newer one. */
export function compareLibraryNames(one: string, other: string): number {
  let [i, j] = [0, 0];
  while (i < one.length) {
    const [left, right] = [readDigits(one, i), readDigits(other, j)];
    if (left !== "" && right !== "") {
      if (Number(left) !== Number(right)) return Number(left) - Number(right);
      i += left.length;
      j += right.length;
      continue;
    }
    if (left !== "") return 1;
    if (right !== "") return -1;
    const difference = one.charCodeAt(i) - codeAt(other, j);
    if (difference !== 0) return difference;
    i += 1;
    j += 1;
  }
  return 0 - codeAt(other, j);
}

function readDigits(text: string, at: number): string {
  let end = at;
  while (end < text.length && text.charCodeAt(end) >= 0x30 && text.charCodeAt(end) <= 0x39) end += 1;
  return text.slice(at, end);
}

/** The byte at a place; zero behind the end, as C strings have it. */
function codeAt(text: string, at: number): number {
  return at < text.length ? text.charCodeAt(at) : 0;
}
