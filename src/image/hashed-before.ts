/**
 * Hashing a large layer takes longer than all the rest once its facts are in the cache. Which digest some bytes have is kept, too, under
 * what tells the file that they lie in from any other content that it has had; and believed where the user says so, until the file
 * changes.
 */
import { hostname } from "node:os";
import type { BlobSource, Hashing, StoredBlob } from "./blob-source.js";
import type { LayerStore } from "./layer-store.js";

export interface Hashed {
  readonly blobs: Pick<BlobSource<unknown>, "mark">;
  /** the piece of the image */
  readonly name: string;
  readonly hashing: Hashing;
  readonly store: LayerStore;
}

/** The digest that these bytes had when they were hashed before; undefined where nobody knows, or they may have changed. */
export async function findDigest({ blobs, name, hashing, store }: Hashed): Promise<string | undefined> {
  const key = hashing === "none" ? undefined : await toKey(blobs, name, hashing);
  const kept = key && (await storeOf(store)?.get(key));
  return kept && Buffer.from(kept).toString("latin1");
}

/** Reads a piece, and keeps the digest that it had, if the file did not change meanwhile. */
export async function keepDigest<Blob extends Pick<StoredBlob, "digest">>(
  { blobs, name, hashing, store }: Hashed,
  read: () => Promise<Blob | undefined>,
): Promise<Blob | undefined> {
  const before = hashing === "none" ? undefined : await toKey(blobs, name, hashing);
  const blob = await read();
  if (before !== undefined && blob?.digest !== undefined && before === (await toKey(blobs, name, hashing)))
    await storeOf(store)?.put(before, Buffer.from(blob.digest, "latin1"));
  return blob;
}

/** Inodes are numbered by each machine. */
async function toKey(blobs: Hashed["blobs"], name: string, hashing: Hashing): Promise<string | undefined> {
  const mark = await blobs.mark?.(name);
  return mark && `bytes ${hostname()} ${hashing} ${mark}`;
}

function storeOf(store: LayerStore): LayerStore | undefined {
  return store.ofMachine === "none" ? undefined : (store.ofMachine ?? store);
}
