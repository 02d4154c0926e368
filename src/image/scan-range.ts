/**
 * A layer that lies in a file: a tar, or a squashfs. What is not compressed is read by position: headers, and the parts of files that somebody looks at,
 * while another thread hashes the whole. What is compressed comes inflated from another thread.
 */
import { createByteQueue } from "./byte-queue.js";
import type { Hashing, ScannedBlob } from "./blob-source.js";
import { sniffCompression } from "./decompress.js";
import { PartNotKept } from "./file-body.js";
import { hashStream } from "./digest.js";
import { limitsOf, withWholeFiles, type FileInspector } from "./inspector.js";
import type { LayerThreads, ThreadedLayer } from "./layer-threads.js";
import { fillFrom, readRange, type FileRange } from "./range-reader.js";
import { drain, scanBlob, toAlgorithm } from "./scan-blob.js";
import { scanLayer } from "./scan-layer.js";
import { createSeekingQueue } from "./seeking-queue.js";
import { isSquashfsRange, scanSquashfsLayer } from "./squashfs-layer.js";
import { nameTar } from "./tar-header.js";

const HEAD = 6;

export interface RangeOptions<Facts> {
  readonly inspector: FileInspector<Facts>;
  readonly hashing: Hashing;
  /** names the layer in an error */
  readonly what: string;
}

/** @throws ContainerspecError corrupt-image, unsupported-image or limit-exceeded */
export async function scanRange<Facts>(
  range: FileRange,
  options: RangeOptions<Facts>,
  threads: LayerThreads,
): Promise<ScannedBlob<Facts>> {
  const { hashing, what } = options;
  const algorithm = toAlgorithm(hashing);
  const head = Buffer.alloc(Math.min(HEAD, range.size));
  fillFrom(range, head, 0);
  const compression = sniffCompression(head);
  // Of a plain layer with a digest of another kind, two are wanted.
  const isOneDigest = compression !== "none" || algorithm === "sha256";
  const { size } = range;
  try {
    if (isSquashfsRange(range)) return await scanSquashfsLayer(range, options, threads);
    if (compression === "none" && hashing === "none")
      return { facts: await scanLayer(createSeekingQueue(range), options.inspector), size, compression };
    const task = { range, algorithm, compression, what, limits: limitsOf(options.inspector) };
    const thread = isOneDigest ? threads.start(task) : undefined;
    if (thread === undefined) return await scanBlob(readRange(range), { ...options, algorithm });
    if (compression !== "none") {
      // A file with its tables where nobody would look for them is kept whole, the second time.
      const scanned = await scanInflated(thread, options).catch((error: unknown) => {
        if (!(error instanceof PartNotKept)) throw error;
        return scanInflated(threads.start(task) ?? thread, {
          ...options,
          inspector: withWholeFiles(options.inspector),
        });
      });
      return { ...scanned, size, compression };
    }
    const facts = await scanLayer(createSeekingQueue(range), options.inspector);
    const digest = await thread.digest;
    return { facts, digest, diffId: digest, size, compression };
  } catch (error) {
    throw nameTar(error, what);
  }
}

async function scanInflated<Facts>(
  thread: ThreadedLayer,
  { inspector, hashing }: RangeOptions<Facts>,
): Promise<Pick<ScannedBlob<Facts>, "facts" | "digest" | "diffId">> {
  const inflated = hashing === "none" ? undefined : hashStream(thread.chunks, "sha256");
  const queue = createByteQueue(inflated?.chunks ?? thread.chunks, () => thread.inflation(), "passing");
  const facts = await scanLayer(queue, inspector);
  await drain(queue.rest());
  return { facts, digest: await thread.digest, ...(inflated === undefined ? {} : { diffId: inflated.finish() }) };
}
