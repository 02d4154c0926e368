/**
 * How image/ is handed a cache without knowing where it lies, or what the facts of a file are: a store of bytes by key, and a codec
 * for facts.
 */

/** Where entries lie. Neither call fails: what cannot be had is absent, and what cannot be kept is let go. */
export interface LayerStore {
  /** What was put under exactly this key, whole; undefined where there is nothing. */
  get(key: string): Promise<Uint8Array | undefined>;
  put(key: string, bytes: Uint8Array): Promise<void>;
  /** Of a store that machines share: where what is true of one machine alone is kept instead; "none" is nowhere. */
  readonly ofMachine?: LayerStore | "none";
}

/** How entries are compressed. */
export interface Packing {
  pack(bytes: Uint8Array): Uint8Array;
  /** What was packed, which had `size` bytes. @throws Error for anything else */
  unpack(packed: Uint8Array, size: number): Promise<Uint8Array>;
}

/** Facts of a file as JSON, with columns of bytes beside it. */
export interface FactsCodec<Facts> {
  /** What `unpack` takes back; `add` keeps bytes and returns where they begin, at a multiple of eight. */
  pack(facts: Facts, add: (bytes: Uint8Array) => number): unknown;
  /** @param buffer what was added, at the places that `add` returned */
  unpack(packed: unknown, buffer: ArrayBuffer): Facts;
}

export interface LayerCache<Facts> {
  readonly store: LayerStore;
  /** changes with everything that has a say in what is found in the same bytes */
  readonly version: string;
  readonly codec: FactsCodec<Facts>;
}
