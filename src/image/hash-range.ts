/** The digest of bytes that nobody needs but to hash them: read into one buffer, over and over. */
import { createHash } from "node:crypto";
import type { DigestAlgorithm } from "./digest.js";
import { fillFrom, type FileRange } from "./range-reader.js";

const CHUNK = 1 << 18;

/** @throws ContainerspecError corrupt-image where the file ends before the range does */
export function hashRange(range: FileRange, algorithm: DigestAlgorithm): string {
  const hash = createHash(algorithm);
  const buffer = Buffer.allocUnsafeSlow(Math.min(CHUNK, range.size));
  for (let at = 0; at < range.size; at += CHUNK) {
    const part = buffer.subarray(0, Math.min(CHUNK, range.size - at));
    fillFrom(range, part, at);
    hash.update(part);
  }
  return `${algorithm}:${hash.digest("hex")}`;
}
