/** Draws that are the same in every run: a generator per seed (mulberry32 over an FNV-1a hash of the seed's text). */

/**
 * @param {string} seed
 * @returns {{ next: () => number, below: (limit: number) => number, shuffle: <T>(items: readonly T[]) => T[], pick: <T>(items: readonly T[]) => T }}
 */
export function createRandom(seed) {
  let state = 0x811c9dc5;
  for (const byte of Buffer.from(seed)) state = Math.imul(state ^ byte, 0x01000193);
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit) => Math.floor(next() * limit);
  const shuffle = (items) => {
    const shuffled = [...items];
    for (let last = shuffled.length - 1; last > 0; last -= 1) {
      const other = below(last + 1);
      [shuffled[last], shuffled[other]] = [shuffled[other], shuffled[last]];
    }
    return shuffled;
  };
  return { next, below, shuffle, pick: (items) => items[below(items.length)] };
}
