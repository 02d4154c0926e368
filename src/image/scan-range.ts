/**
 * A layer that lies in a file: a tar, or a squashfs. What is compressed comes inflated from another thread. What is not is read by
 * position, headers and the parts of files that somebody looks at, while another thread hashes the whole; but where somebody else may
 * write to the file, the very bytes that were hashed are scanned, since no time of a file tells of writes through a mapping.
 */
import { createByteQueue } from "./byte-queue.js";
import type { Hashing, ScannedBlob } from "./blob-source.js";
import { sniffCompression, type Compression } from "./decompress.js";
import { PartNotKept } from "./file-body.js";
import { hashStream } from "./digest.js";
import { limitsOf, withWholeFiles, type FileInspector } from "./inspector.js";
import type { LayerThreads, ThreadedLayer } from "./layer-threads.js";
import type { LayerTask } from "./layer-worker.js";
import { fillFrom, mayOthersWrite, readRange, type FileRange } from "./range-reader.js";
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
    const isByPosition = compression === "none" && !mayOthersWrite(range);
    const wanted = isByPosition ? "digest" : "bytes";
    const task: LayerTask = { range, algorithm, compression, what, limits: limitsOf(options.inspector), wanted };
    const start = (): ThreadedLayer | undefined => (isOneDigest ? threads.start(task) : undefined);
    const thread = start();
    if (thread === undefined) return await scanBlob(readRange(range), { ...options, algorithm });
    if (isByPosition) {
      const facts = await scanLayer(createSeekingQueue(range), options.inspector);
      const digest = await thread.digest;
      return { facts, digest, diffId: digest, size, compression };
    }
    const scanned = await scanThreaded(thread, compression, options).catch((error: unknown) => {
      const again = error instanceof PartNotKept ? start() : undefined;
      if (again === undefined) throw error;
      // A file with its tables where nobody would look for them is kept whole, the second time.
      return scanThreaded(again, compression, { ...options, inspector: withWholeFiles(options.inspector) });
    });
    return { ...scanned, size, compression };
  } catch (error) {
    throw nameTar(error, what);
  }
}

/** Scans what the thread hands over: the bytes that it hashed, before compression. */
async function scanThreaded<Facts>(
  thread: ThreadedLayer,
  compression: Compression,
  { inspector, hashing }: RangeOptions<Facts>,
): Promise<Pick<ScannedBlob<Facts>, "facts" | "digest" | "diffId">> {
  // What is not compressed has one digest.
  const inflated = hashing === "none" || compression === "none" ? undefined : hashStream(thread.chunks, "sha256");
  const queue = createByteQueue(inflated?.chunks ?? thread.chunks, () => thread.inflation(), "passing");
  const facts = await scanLayer(queue, inspector);
  await drain(queue.rest());
  const digest = await thread.digest;
  if (compression === "none") return { facts, digest, diffId: digest };
  return { facts, digest, ...(inflated === undefined ? {} : { diffId: inflated.finish() }) };
}
