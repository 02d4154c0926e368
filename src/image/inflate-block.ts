/**
 * One small block that was compressed by itself, as file systems store them: inflated whole, and never to more than it may be. The
 * kernel stops at the end of the first stream or frame, and libzstd goes on to the next: a block that holds more is refused.
 * Linux' fs/squashfs/zlib_wrapper.c and zstd_wrapper.c.
 */
import { inflateSync } from "node:zlib";
import { zstdDecoder } from "./zstd-decoder.js";
import { findFrameEnd } from "./zstd-frames.js";

export type BlockCompression = "gzip" | "zstd";

/** What inflateSync gives where it is asked for its engine; its declared type leaves that out. */
interface Inflated {
  readonly buffer: Buffer;
  /** `bytesWritten` counts what was taken of the input. */
  readonly engine: { readonly bytesWritten: number };
}

/** The block as it was before compression. @throws Error where it is damaged, holds more, or grows to more than `limit` bytes */
export function inflateBlock(compression: BlockCompression, block: Uint8Array, limit: number): Promise<Uint8Array> {
  return compression === "zstd" ? inflateZstd(block, limit) : Promise.resolve(inflateZlib(block, limit));
}

function inflateZlib(block: Uint8Array, limit: number): Uint8Array {
  const options = { chunkSize: Math.max(64, limit), maxOutputLength: limit, info: true };
  const { buffer, engine } = inflateSync(block, options) as unknown as Inflated;
  checkEnd(engine.bytesWritten, block, "stream");
  return buffer;
}

async function inflateZstd(block: Uint8Array, limit: number): Promise<Uint8Array> {
  const end = findFrameEnd(block);
  if (end === undefined) throw new Error("it is no whole zstd frame");
  checkEnd(end, block, "frame");
  return zstdDecoder().inflateBlock(block, limit);
}

function checkEnd(end: number, block: Uint8Array, what: string): void {
  if (end !== block.length) throw new Error(`${block.length - end} bytes follow the ${what} that a block is`);
}
