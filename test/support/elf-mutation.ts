/** Random damage to ELF files, the same on every run: a seed gives the same sequence of files. */

/** Numbers from 0 up to a limit, from a seed (the generator is Marsaglia's xorshift of 32 bits). */
export function createRandom(seed: number): (limit: number) => number {
  let state = seed | 0 || 1;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

/** What offsets, sizes and counts are broken with. */
const NUMBERS = [
  0, 1, 2, 7, 8, 0x10, 0x40, 0xff, 0x1000, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff,
];

/**
 * A copy of a file with one to six changes.
 *
 * @param ranges where changes are made, as [start, end) offsets
 */
export function mutate(
  bytes: Uint8Array,
  ranges: readonly (readonly [number, number])[],
  random: (limit: number) => number,
): Uint8Array {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  for (let left = 1 + random(6); left > 0; left -= 1) {
    const [start, end] = ranges[random(ranges.length)] as readonly [number, number];
    const at = start + random(end - start);
    const word = Math.min(at - (at % 4), copy.length - 4);
    const number = NUMBERS[random(NUMBERS.length)] as number;
    switch (random(5)) {
      case 0:
        copy[at] = random(256);
        break;
      case 1:
        copy[at] = (copy[at] as number) ^ (1 << random(8));
        break;
      case 2:
        view.setUint32(word, number, random(2) === 0);
        break;
      case 3:
        view.setUint16(word, number & 0xffff, random(2) === 0);
        break;
      default:
        copy.copyWithin(at, start + random(end - start), Math.min(copy.length, at + 1 + random(64)));
    }
  }
  return random(16) === 0 ? copy.subarray(0, random(copy.length)) : copy;
}
