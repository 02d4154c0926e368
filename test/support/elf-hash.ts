/** The two hash tables of a dynamic symbol table, with which a loader finds a definition: DT_HASH and DT_GNU_HASH. */
import type { ByteWriter } from "./elf-bytes.js";

/** The gABI's hash, which version records use too. */
export function sysvHash(name: string): number {
  let hash = 0;
  for (const byte of Buffer.from(name, "latin1")) {
    hash = ((hash << 4) >>> 0) + byte;
    const high = hash & 0xf0000000;
    hash = ((hash ^ (high >>> 24)) & ~high) >>> 0;
  }
  return hash;
}

/** Bernstein's hash, as DT_GNU_HASH has it. */
export function gnuHash(name: string): number {
  let hash = 5381;
  for (const byte of Buffer.from(name, "latin1")) hash = (Math.imul(hash, 33) + byte) >>> 0;
  return hash;
}

/** How many buckets DT_GNU_HASH has for so many definitions; its symbols have to be sorted by bucket. */
export function gnuBuckets(definitions: number): number {
  return Math.max(1, Math.ceil(definitions / 4));
}

/** @param names of all symbols, the null symbol's first */
export function writeSysvHash(writer: ByteWriter, names: readonly string[], entrySize: 4 | 8): void {
  const put = (value: number) => (entrySize === 8 ? writer.xword(value) : writer.word(value));
  const buckets = new Array<number>(Math.max(1, names.length >> 1)).fill(0);
  const chains = new Array<number>(names.length).fill(0);
  for (let symbol = names.length - 1; symbol > 0; symbol -= 1) {
    const bucket = sysvHash(names[symbol] as string) % buckets.length;
    chains[symbol] = buckets[bucket] as number;
    buckets[bucket] = symbol;
  }
  put(buckets.length);
  put(chains.length);
  for (const value of [...buckets, ...chains]) put(value);
}

/**
 * @param names of the definitions, sorted by bucket
 * @param first index of the first of them in the symbol table
 */
export function writeGnuHash(writer: ByteWriter, names: readonly string[], first: number): void {
  const SHIFT = 6;
  const bits = BigInt(8 * writer.wordSize);
  const buckets = new Array<number>(gnuBuckets(names.length)).fill(0);
  const hashes = names.map(gnuHash);
  let bloom = 0n;
  hashes.forEach((hash, i) => {
    bloom |= (1n << (BigInt(hash) % bits)) | (1n << (BigInt(hash >>> SHIFT) % bits));
    const bucket = hash % buckets.length;
    if (buckets[bucket] === 0) buckets[bucket] = first + i;
  });
  // Where there is nothing to find, GNU ld says that the table starts at symbol 1, whatever the table holds.
  writer
    .word(buckets.length)
    .word(names.length === 0 ? 1 : first)
    .word(1)
    .word(SHIFT)
    .address(bloom);
  for (const bucket of buckets) writer.word(bucket);
  hashes.forEach((hash, i) => {
    const isLast = i === hashes.length - 1 || (hashes[i + 1] as number) % buckets.length !== hash % buckets.length;
    writer.word(((hash & ~1) | (isLast ? 1 : 0)) >>> 0);
  });
}
