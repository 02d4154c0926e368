/**
 * Whether a table of names may hold a name, told without looking for it. Of the names that one object asks another for, nineteen of
 * twenty are not there; a bit for each hash says so at once, as the bloom filter of DT_GNU_HASH does for the real loader.
 */

const BITS_A_NAME = 8;

export interface NameFilter {
  /** False where no name of this hash is in the table. */
  mayHave(hash: number): boolean;
}

/** The hash of DT_GNU_HASH, 32 bits. */
export function hashName(name: string): number {
  let hash = 5381;
  for (let i = 0; i < name.length; i += 1) hash = (Math.imul(hash, 33) + name.charCodeAt(i)) | 0;
  return hash;
}

export function hashNames(names: readonly { readonly name: string }[]): Int32Array {
  return Int32Array.from(names, ({ name }) => hashName(name));
}

export function createNameFilter(names: Iterable<string>, count: number): NameFilter {
  const words = 2 ** Math.max(0, Math.ceil(Math.log2((count * BITS_A_NAME + 1) / 32)));
  const bits = new Int32Array(words);
  const mask = words - 1;
  for (const name of names) {
    const hash = hashName(name);
    (bits[(hash >>> 5) & mask] as number) |= 1 << (hash & 31);
  }
  return { mayHave: (hash) => (((bits[(hash >>> 5) & mask] as number) >>> (hash & 31)) & 1) === 1 };
}
