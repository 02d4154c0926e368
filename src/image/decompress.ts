/**
 * What a stream is compressed with is decided by its first bytes: media types and file names are wrong too often. gzip may have
 * several members, zstd several frames and skippable ones in front.
 */
import { createGunzip, type Gunzip } from "node:zlib";
import { ContainerspecError, isSystemError } from "../errors.js";
import type { Lifetime } from "./byte-queue.js";
import { DEFAULT_LIMITS, findInflationLimit, raiseHint, type Limits } from "./limits.js";
import { isZeroBlock } from "./tar-header.js";
import { zstdDecoder } from "./zstd-decoder.js";

export type Compression = "none" | "gzip" | "zstd" | "xz" | "bzip2";

const CHUNK = 1 << 20;

/** The compression that the first six bytes of a stream show. */
export function sniffCompression(head: Uint8Array): Compression {
  const [a, b, c, d] = head;
  if (a === 0x1f && b === 0x8b) return "gzip";
  if (a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd) return "zstd";
  if (a !== undefined && (a & 0xf0) === 0x50 && b === 0x2a && c === 0x4d && d === 0x18) return "zstd";
  if (a === 0xfd && b === 0x37 && c === 0x7a && d === 0x58) return "xz";
  if (a === 0x42 && b === 0x5a && c === 0x68) return "bzip2";
  return "none";
}

/** Bytes of a stream before and after it was inflated, so far. */
export interface Inflation {
  stored: number;
  inflated: number;
}

/** How many times larger a stream has become. */
export function inflationOf({ stored, inflated }: Readonly<Inflation>): number {
  return stored === 0 ? 1 : Math.max(1, inflated / stored);
}

export interface DecompressOptions {
  readonly counter?: Inflation;
  readonly limits?: Limits;
  /** of the chunks that come out; `lasting` where it is left out */
  readonly lifetime?: Lifetime;
}

/**
 * The stream as it was before compression.
 *
 * @param what names the stream in an error: "layer 2 of app.tar"
 * @param options `counter` is counted up while the stream passes, where it is compressed
 * @throws ContainerspecError corrupt-image for damaged data, unsupported-image for xz and bzip2, limit-exceeded for a bomb
 */
export async function* decompress(
  compression: Compression,
  chunks: AsyncIterable<Uint8Array>,
  what: string,
  { counter = { stored: 0, inflated: 0 }, limits = DEFAULT_LIMITS, lifetime = "lasting" }: DecompressOptions = {},
): AsyncGenerator<Uint8Array> {
  if (compression === "none") {
    yield* chunks;
    return;
  }
  if (compression === "xz" || compression === "bzip2") {
    throw new ContainerspecError(
      "unsupported-image",
      `Cannot read ${what}: it is compressed with ${compression}, where gzip, zstd or none was expected; decompress it first (${compression === "xz" ? "xz -d" : "bzip2 -d"})`,
    );
  }
  const counted = countBytes(chunks, counter);
  try {
    for await (const chunk of compression === "gzip" ? gunzip(counted) : zstdDecoder().decompress(counted, lifetime)) {
      counter.inflated += chunk.length;
      checkInflation(counter, what, limits);
      yield chunk;
    }
  } catch (error) {
    // What cannot be read is not what is damaged.
    if (error instanceof ContainerspecError || isSystemError(error)) throw error;
    const cause = error instanceof Error ? error.message : String(error);
    throw new ContainerspecError(
      "corrupt-image",
      `Cannot read ${what}: its ${compression} data is damaged or cut off after ${counter.stored} bytes (${cause})`,
      {},
      { cause: error },
    );
  }
}

async function* countBytes(chunks: AsyncIterable<Uint8Array>, counter: { stored: number }): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    counter.stored += chunk.length;
    yield chunk;
  }
}

function checkInflation({ stored, inflated }: Readonly<Inflation>, what: string, limits: Limits): void {
  const { bytes: allowed, key } = findInflationLimit(limits, stored);
  if (inflated > allowed) {
    throw new ContainerspecError(
      "limit-exceeded",
      `Cannot read ${what}: ${stored} compressed bytes grow to more than ${allowed}; that looks like a decompression bomb ${raiseHint(key)}`,
    );
  }
}

/**
 * zlib through its stream. One chunk is fed at a time and nothing runs on behind the back of a reader that stops, so that the
 * source can be read on from where it is. zlib ends silently at a zero behind a member: what it has not taken is looked at here.
 */
async function* gunzip(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const stream = createGunzip({ chunkSize: CHUNK });
  let hasStopped = false;
  const feeding = feed(stream, chunks, () => hasStopped).then(
    () => undefined,
    (error: unknown) => {
      stream.destroy(error instanceof Error ? error : new Error(String(error)));
      return { error };
    },
  );
  try {
    for await (const chunk of stream) yield chunk as Buffer;
  } catch (error) {
    hasStopped = true;
    throw error;
  } finally {
    hasStopped ||= !stream.readableEnded;
    stream.destroy();
    await feeding;
  }
  const failure = await feeding;
  if (failure !== undefined) throw failure.error;
}

async function feed(stream: Gunzip, chunks: AsyncIterable<Uint8Array>, hasStopped: () => boolean): Promise<void> {
  const closed = new Promise<void>((resolve) => stream.once("close", resolve));
  let fed = 0;
  for await (const chunk of chunks) {
    if (hasStopped()) return;
    fed += chunk.length;
    if (!stream.destroyed) {
      const written = new Promise<void>((resolve) => stream.write(chunk, () => resolve()));
      await Promise.race([written, closed]);
    }
    // A stream that is read to its end is destroyed too, and counts as aborted.
    if (hasStopped() || (stream.errored !== null && !stream.readableEnded)) return;
    const left = Math.min(chunk.length, fed - stream.bytesWritten);
    if (!isZeroBlock(chunk.subarray(chunk.length - left))) throw new Error("data follows the end of the last member");
  }
  if (!stream.destroyed) stream.end();
}
