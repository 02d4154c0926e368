/** A profile as a file: JSON, or that compressed with gzip or zstd, told by its name when it is written and by its bytes when it is read. */
import { createReadStream } from "node:fs";
import { gzipSync } from "node:zlib";
import { ContainerspecError } from "./errors.js";
import { decompress, sniffCompression } from "./image/decompress.js";
import { DEFAULT_LIMITS, type Limits } from "./image/limits.js";
import { compressZstd } from "./image/zstd-encoder.js";

/** Enough to tell the compression, and white space before the brace. */
const HEAD = 64;
/** A hundred times what a large host comes to, and near the longest text that there can be. */
const MAX_BYTES = 500 * 2 ** 20;
const STARTS_AS_JSON = /^(?:\u00ef\u00bb\u00bf)?\s*\{/;

/**
 * The bytes of a profile's file: compressed where `file` ends in .gz or .zst.
 *
 * @throws ContainerspecError usage where nothing on this machine can compress with zstd
 */
export function packProfile(json: string, file: string): Uint8Array {
  const bytes = Buffer.from(json);
  if (file.endsWith(".gz")) return gzipSync(bytes);
  if (!file.endsWith(".zst")) return bytes;
  const packed = compressZstd(bytes);
  if (packed !== undefined) return packed;
  throw new ContainerspecError(
    "usage",
    `Cannot write ${file}: its name asks for zstd, and neither this release of Node nor zstd-napi can compress with it here; let the name end in .gz`,
    { path: file },
  );
}

/**
 * The JSON of the profile at `path`; undefined where the file is none, which shows in its first byte.
 *
 * @throws ContainerspecError corrupt-image for damaged compression, limit-exceeded for a bomb; and errors of the system
 */
export async function readProfileText(path: string, limits: Limits = DEFAULT_LIMITS): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  let isJson = false;
  for await (const chunk of readPlain(path, limits)) {
    chunks.push(chunk);
    size += chunk.length;
    isJson ||= STARTS_AS_JSON.test(Buffer.concat(chunks).toString("latin1", 0, HEAD));
    // A stream may begin with a piece too short to tell.
    if (!isJson && size >= HEAD) return undefined;
    if (size > MAX_BYTES) {
      throw new ContainerspecError(
        "limit-exceeded",
        `Cannot use ${path} as host: it is JSON of more than ${MAX_BYTES} bytes, and no profile is that large`,
        { path },
      );
    }
  }
  return isJson ? Buffer.concat(chunks).toString("utf8") : undefined;
}

async function* readPlain(path: string, limits: Limits): AsyncGenerator<Uint8Array> {
  const chunks = createReadStream(path) as AsyncIterable<Uint8Array>;
  const iterator = chunks[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done === true) return;
  const compression = sniffCompression(first.value);
  // Others than these two no profile is compressed with; whoever reads images says what to do about them.
  if (compression === "xz" || compression === "bzip2") return;
  yield* decompress(compression, again(first.value, iterator), path, { limits });
}

async function* again(first: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield first;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}
