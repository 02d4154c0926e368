/**
 * A file that is read more than once has to stay what it is. Of a large plain layer the headers are scanned while another thread hashes
 * the whole, and a squashfs is hashed before it is scanned: where somebody writes in between, facts of some bytes would stand under the
 * verified digest of others, and be kept under it. The times of the open file tell. Whoever writes may set the time of the last
 * modification back, but not that of the last change: inode(7), "File timestamps". They do not tell of every write through a mapping
 * that was there before, nor of two within one step of the clock: a large layer of a file that others may write to is read once.
 */
import type { BigIntStats } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { ContainerspecError, type ErrorPlace } from "../errors.js";
import type { BlobSource } from "./blob-source.js";

export interface SteadyFile {
  /** bytes, when the watch began */
  readonly size: number;
  /**
   * What was read while the file stayed what it was when the watch began.
   *
   * @throws ContainerspecError corrupt-image where it did not, whatever the reading itself came to
   */
  during<Result>(read: () => Promise<Result>): Promise<Result>;
}

/**
 * Begins to watch an open file.
 *
 * @param what names it in an error
 */
export async function watchFile(file: FileHandle, what: string, where: ErrorPlace): Promise<SteadyFile> {
  const first = await file.stat({ bigint: true });
  async function check(cause?: unknown): Promise<void> {
    const now = await file.stat({ bigint: true });
    if (isSame(first, now)) return;
    const change = now.size < first.size ? "shrinks" : now.size > first.size ? "grows" : "changes";
    throw new ContainerspecError(
      "corrupt-image",
      `Cannot read ${what}: the file ${change} while it is being read; wait until nobody writes to it, or give a copy`,
      where,
      { cause },
    );
  }
  return {
    size: Number(first.size),
    async during(read) {
      const result = await read().catch(async (error: unknown) => {
        // What was found in a file that is half written is not what is wrong with it.
        await check(error);
        throw error;
      });
      await check();
      return result;
    },
  };
}

/** The same archive, whose every answer is of a file that stayed what it was. */
export function keepSteady<Facts>(blobs: BlobSource<Facts>, file: SteadyFile): BlobSource<Facts> {
  const { layerAgain, identify, isSquashfs } = blobs;
  return {
    ...blobs,
    document: (name) => file.during(() => blobs.document(name)),
    layer: (name, hashing) => file.during(() => blobs.layer(name, hashing)),
    ...(layerAgain === undefined
      ? {}
      : { layerAgain: (name, hashing, eyes) => file.during(() => layerAgain(name, hashing, eyes)) }),
    ...(identify === undefined ? {} : { identify: (name, hashing) => file.during(() => identify(name, hashing)) }),
    ...(isSquashfs === undefined ? {} : { isSquashfs: (name) => file.during(() => isSquashfs(name)) }),
  };
}

function isSame(a: BigIntStats, b: BigIntStats): boolean {
  return a.size === b.size && a.mtimeNs === b.mtimeNs && a.ctimeNs === b.ctimeNs && a.ino === b.ino;
}
