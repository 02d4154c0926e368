/**
 * The names of a file's dynamic symbols. A large library has tens of thousands, a C++ name has a hundred letters, and hardly any of
 * them is ever shown to anybody: they are only compared. So they stay the bytes that they are in the file, in one piece, each with
 * its hash, and become text where somebody reads them.
 */

export interface SymbolNames {
  /** all names, one after the other */
  readonly bytes: Buffer;
  /** where each begins, and at last where the last one ends */
  readonly starts: Uint32Array;
  /** of each, see hashName */
  readonly hashes: Int32Array;
}

const FIRST_HASH = 5381;

/** The hash of DT_GNU_HASH, 32 bits: dl_new_hash of glibc's elf/dl-hash.h. */
export function hashName(name: string): number {
  let hash = FIRST_HASH;
  for (let i = 0; i < name.length; i += 1) hash = (Math.imul(hash, 33) + name.charCodeAt(i)) | 0;
  return hash;
}

/** The name of one symbol, as a byte string. */
export function nameAt({ bytes, starts }: SymbolNames, symbol: number): string {
  return bytes.toString("latin1", starts[symbol], starts[symbol + 1]);
}

/** All names, as byte strings. */
export function listNames(names: SymbolNames): string[] {
  return Array.from(names.hashes, (_, symbol) => nameAt(names, symbol));
}

/** The first symbol of a name; undefined where there is none. */
export function findName(names: SymbolNames, name: string): number | undefined {
  for (const symbol of findSymbols(names, name)) return symbol;
  return undefined;
}

/** Every symbol of a name, in order: versions of one function have one name. */
export function* findSymbols(names: SymbolNames, name: string): Generator<number> {
  const hash = hashName(name);
  for (let symbol = 0; symbol < names.hashes.length; symbol += 1)
    if (names.hashes[symbol] === hash && nameAt(names, symbol) === name) yield symbol;
}

/** Whether two symbols have one name. */
export function isSameName(a: SymbolNames, symbol: number, b: SymbolNames, other: number): boolean {
  let at = a.starts[symbol] as number;
  let there = b.starts[other] as number;
  const end = a.starts[symbol + 1] as number;
  if (a.hashes[symbol] !== b.hashes[other] || end - at !== (b.starts[other + 1] as number) - there) return false;
  for (; at < end; at += 1, there += 1) if (a.bytes[at] !== b.bytes[there]) return false;
  return true;
}

/** The names of as many symbols while they are read one by one. */
export interface NameWriter {
  /**
   * Adds the bytes from `start` up to the next NUL as the next symbol's name.
   *
   * @returns how many they are; -1 where no NUL follows, and nothing was added
   */
  add(source: Uint8Array, start: number): number;
  finish(): Buffer;
}

const FIRST_LENGTH = 16;
/** Unused memory is kept where it is no more than this part of the whole. */
const WASTE = 1 / 8;

/**
 * Fills the columns `starts` and `hashes` as names come.
 *
 * @param room bytes that all names may take together, where that is known
 */
export function createNameWriter({ starts, hashes }: Omit<SymbolNames, "bytes">, room?: number): NameWriter {
  let bytes = Buffer.allocUnsafeSlow(Math.max(room ?? FIRST_LENGTH * hashes.length, FIRST_LENGTH));
  let length = 0;
  let count = 0;
  return {
    add(source, start) {
      let hash = FIRST_HASH;
      let end = length;
      for (let at = start; at < source.length; at += 1) {
        const byte = source[at] as number;
        if (byte === 0) {
          hashes[count] = hash;
          count += 1;
          starts[count] = length = end;
          return at - start;
        }
        if (end === bytes.length) bytes = enlarge(bytes);
        hash = (Math.imul(hash, 33) + byte) | 0;
        bytes[end] = byte;
        end += 1;
      }
      return -1;
    },
    finish: () =>
      bytes.length - length <= WASTE * bytes.length
        ? bytes.subarray(0, length)
        : Buffer.from(bytes.buffer.slice(0, length)),
  };
}

function enlarge(bytes: Buffer): Buffer<ArrayBuffer> {
  const larger = Buffer.allocUnsafeSlow(2 * bytes.length);
  larger.set(bytes);
  return larger;
}
