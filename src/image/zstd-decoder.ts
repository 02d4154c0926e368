/** Which of the two zstd decoders works in this process, and whether it was needed: whoever waits for the slow one is told. */
import { findNativeZstd, type ZstdDecoder } from "./zstd-native.js";
import { createWasmZstd } from "./zstd-wasm.js";

interface NamedDecoder extends ZstdDecoder {
  readonly name: "zstd-napi" | "zstddec";
}

let chosen: NamedDecoder | undefined;
let isUsed = false;

/** The zstd decoder in use: the native one where it was built, else WebAssembly. `CONTAINERSPEC_ZSTD=zstddec` asks for the latter. */
export function zstdDecoder(): ZstdDecoder {
  isUsed = true;
  return choose();
}

/** The same for a few bytes that nobody waits for: they count as nothing that was read. */
export function zstdDecoderQuietly(): ZstdDecoder {
  return choose();
}

/** Whether this process has read anything that was compressed with zstd: a layer, a file system, or an archive as a whole. */
export function hasReadZstd(): boolean {
  return isUsed;
}

/** Which zstd decoder works here: "zstd-napi" or, where it could not be built, "zstddec". */
export function zstdDecoderName(): string {
  return choose().name;
}

function choose(): NamedDecoder {
  if (chosen === undefined) {
    const native = process.env["CONTAINERSPEC_ZSTD"] === "zstddec" ? undefined : findNativeZstd();
    chosen = native === undefined ? { name: "zstddec", ...createWasmZstd() } : { name: "zstd-napi", ...native };
  }
  return chosen;
}
