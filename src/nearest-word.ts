/** What somebody most likely meant who typed a word that there is not. */

/** The word that is the fewest slips of the pen away; undefined where more than a third of it would have to be another. */
export function findNearestWord(typed: string, words: readonly string[]): string | undefined {
  const near = words.map((word) => ({ word, slips: countSlips(typed, word) }));
  const [best] = near
    .filter(({ word, slips }) => slips <= Math.max(typed.length, word.length) / 3)
    .sort((a, b) => a.slips - b.slips);
  return best?.word;
}

/** Letters to put in, take out or replace until one word is the other (Levenshtein's distance), whatever their case. */
function countSlips(left: string, right: string): number {
  const [a, b] = [left.toLowerCase(), right.toLowerCase()];
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const replaced = (above[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, (above[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    above = current;
  }
  return above.at(-1) ?? 0;
}
