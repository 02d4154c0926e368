/** One pass over a layer's stored bytes: both digests, decompression and the scan of its tar. */
import type { Hashing, ScannedBlob } from "./blob-source.js";
import { createByteQueue } from "./byte-queue.js";
import { decompress, inflationOf, sniffCompression } from "./decompress.js";
import { hashStream, type DigestAlgorithm } from "./digest.js";
import { limitsOf, withWholeFiles, type FileInspector } from "./inspector.js";
import { scanLayer } from "./scan-layer.js";
import { nameTar } from "./tar-header.js";

export interface ScanOptions<Facts> {
  readonly inspector: FileInspector<Facts>;
  readonly algorithm: DigestAlgorithm;
  /** names the layer in an error */
  readonly what: string;
  /** how many times the archive around the blob inflates: ByteQueue.inflation */
  readonly inflation?: () => number;
}

/** @throws ContainerspecError corrupt-image, unsupported-image or limit-exceeded */
export async function scanBlob<Facts>(
  chunks: AsyncIterable<Uint8Array>,
  { inspector, algorithm, what, inflation = () => 1 }: ScanOptions<Facts>,
): Promise<ScannedBlob<Facts>> {
  const stored = hashStream(chunks, algorithm);
  const { head, all } = await peek(stored.chunks, 6);
  const compression = sniffCompression(head);
  // What is not compressed has one digest, and need not be hashed twice.
  const isPlain = compression === "none" && algorithm === "sha256";
  const counter = { stored: 0, inflated: 0 };
  const options = { counter, limits: limitsOf(inspector) };
  const inflated = isPlain ? undefined : hashStream(decompress(compression, all, what, options), "sha256");
  const queue = createByteQueue(inflated?.chunks ?? all, () => inflation() * inflationOf(counter));
  try {
    const facts = await scanLayer(queue, withWholeFiles(inspector));
    // A digest covers everything, padding after the archive's end included.
    await drain(queue.rest());
    const digest = stored.finish();
    return { facts, digest, diffId: inflated?.finish() ?? digest, size: stored.size(), compression };
  } catch (error) {
    throw nameTar(error, what);
  } finally {
    // Nobody reads on in the background: the stream may be part of another that goes on.
    await queue.close();
  }
}

/** Reads what is left, for those who count and hash it on its way. */
export async function drain(chunks: AsyncGenerator<Uint8Array>): Promise<void> {
  let next = await chunks.next();
  while (next.done !== true) next = await chunks.next();
}

/** What is computed of a blob that is hashed in any case. */
export function toAlgorithm(hashing: Hashing): DigestAlgorithm {
  return hashing === "none" ? "sha256" : hashing;
}

/** The first bytes of a stream, and the stream with them; who stops in the middle of it closes what is behind it. */
export async function peek(
  chunks: AsyncIterable<Uint8Array>,
  length: number,
): Promise<{ head: Uint8Array; all: AsyncGenerator<Uint8Array> }> {
  const iterator = chunks[Symbol.asyncIterator]();
  const first: Uint8Array[] = [];
  for (let size = 0; size < length;) {
    const next = await iterator.next();
    if (next.done === true) break;
    first.push(next.value);
    size += next.value.length;
  }
  async function* all(): AsyncGenerator<Uint8Array> {
    try {
      // Started at once, so that it can be closed before its first chunk is wanted.
      yield new Uint8Array(0);
      yield* first;
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  }
  const started = all();
  await started.next();
  return { head: Buffer.concat(first).subarray(0, length), all: started };
}
