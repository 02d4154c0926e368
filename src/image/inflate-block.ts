/** One small block that was compressed by itself, as file systems store them: inflated whole, and never to more than it may be. */
import { inflateSync } from "node:zlib";
import { zstdDecoder } from "./zstd-decoder.js";

export type BlockCompression = "gzip" | "zstd";

/** The block as it was before compression. @throws Error where it is damaged, or grows to more than `limit` bytes */
export function inflateBlock(compression: BlockCompression, block: Uint8Array, limit: number): Promise<Uint8Array> {
  if (compression === "zstd") return zstdDecoder().inflateBlock(block, limit);
  return Promise.resolve(inflateSync(block, { chunkSize: Math.max(64, limit), maxOutputLength: limit }));
}
