/** Sources over bytes that are already in memory: a whole file, or the pieces in which a stream brought it. */
import type { ByteSource } from "./source.js";

/** A file that is in memory as one piece. */
export function bytesSource(bytes: Uint8Array): ByteSource {
  return { size: bytes.length, isLasting: true, read: (offset, length) => bytes.subarray(offset, offset + length) };
}
