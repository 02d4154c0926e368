/**
 * Facts as a cache stores them: compressed in one piece. zstd unpacks them in a tenth of gzip's time, and every installation can read
 * it; where nothing here can write it, gzip takes its place.
 */
import { gunzipSync, gzipSync, constants } from "node:zlib";
import { sniffCompression } from "./decompress.js";
import type { Packing } from "./layer-store.js";
import { zstdDecoderQuietly } from "./zstd-decoder.js";
import { compressZstd } from "./zstd-encoder.js";

/** As fast as copying on its way back, and a layer is written once. */
const LEVEL = 1;

export const packing: Packing = {
  pack: (bytes) => compressZstd(bytes, LEVEL) ?? gzipSync(bytes, { level: constants.Z_BEST_SPEED }),
  async unpack(packed, size) {
    if (size === 0) return new Uint8Array(0);
    return sniffCompression(packed) === "zstd"
      ? zstdDecoderQuietly().inflateBlock(packed, size)
      : gunzipSync(packed, { chunkSize: Math.max(size, constants.Z_MIN_CHUNK), maxOutputLength: size });
  },
};
