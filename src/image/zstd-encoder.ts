/** Which zstd encoder works in this process: Node's own, which came with 22.15, or the native module. There is none in JavaScript. */
import * as zlib from "node:zlib";
import { compressNative } from "./zstd-native.js";

/** Of Node's, its types know nothing before 22. */
interface NewerZlib {
  readonly zstdCompressSync?: (bytes: Uint8Array) => Uint8Array;
}

/** Compresses bytes as one frame; undefined where nothing here can. */
export function compressZstd(bytes: Uint8Array): Uint8Array | undefined {
  return compressNative(bytes) ?? (zlib as NewerZlib).zstdCompressSync?.(bytes);
}
