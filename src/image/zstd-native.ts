/**
 * libzstd through zstd-napi: the one door to it. Its stream class ignores backpressure inside a chunk (a bomb of 125 kB takes 2 GB
 * of memory), so the binding is driven directly, one bounded output buffer at a time.
 */
import { createRequire } from "node:module";
import type { Lifetime } from "./byte-queue.js";
import { isZeroBlock } from "./tar-header.js";

const OUTPUT = 1 << 20;

/** What is used of the binding. Its own types are not there where npm gave up on building it, and this file has to compile. */
interface Binding {
  readonly DCtx: new () => DecompressionContext;
  readonly CCtx: new () => CompressionContext;
  /** the most that so many bytes can become */
  readonly compressBound: (size: number) => number;
}

interface CompressionContext {
  /** Bytes written to `output` */
  compress(output: Uint8Array, input: Uint8Array, level: number): number;
}

interface DecompressionContext {
  /** Fills `output` from whole frames: bytes written; throws where there is no room for all of them */
  decompress(output: Uint8Array, input: Uint8Array): number;
  /** Fills `output` from `input`: bytes that the frame still needs (0 at its end), bytes written, bytes taken */
  decompressStream(output: Uint8Array, input: Uint8Array): readonly [left: number, written: number, taken: number];
}

export interface ZstdDecoder {
  /** A stream, as it was before compression. */
  readonly decompress: (chunks: AsyncIterable<Uint8Array>, lifetime?: Lifetime) => AsyncGenerator<Uint8Array>;
  /** One block that was compressed by itself. @throws Error where it is damaged, or grows to more than `limit` bytes */
  readonly inflateBlock: (block: Uint8Array, limit: number) => Promise<Uint8Array>;
}

/** A decoder, or undefined where the native module was not built for this machine. */
export function findNativeZstd(): ZstdDecoder | undefined {
  try {
    const binding = loadBinding();
    const context = new binding.DCtx();
    return {
      decompress: (chunks, lifetime) => decompress(new binding.DCtx(), chunks, lifetime),
      inflateBlock: async (block, limit) => {
        const output = Buffer.allocUnsafeSlow(limit);
        return Promise.resolve(output.subarray(0, context.decompress(output, block)));
      },
    };
  } catch {
    return undefined;
  }
}

/** Compresses bytes as one frame; undefined where the native module was not built for this machine. */
export function compressNative(bytes: Uint8Array, level: number): Uint8Array | undefined {
  let binding: Binding;
  try {
    binding = loadBinding();
  } catch {
    return undefined;
  }
  const output = Buffer.allocUnsafe(binding.compressBound(bytes.length));
  return output.subarray(0, new binding.CCtx().compress(output, bytes, level));
}

function loadBinding(): Binding {
  return createRequire(import.meta.url)("zstd-napi/binding.js") as Binding;
}

async function* decompress(
  context: DecompressionContext,
  chunks: AsyncIterable<Uint8Array>,
  lifetime: Lifetime = "lasting",
): AsyncGenerator<Uint8Array> {
  let output = new Uint8Array(OUTPUT);
  let filled = 0;
  let inFrame = false;
  let inPadding = false;
  for await (const chunk of chunks) {
    let input = chunk;
    for (;;) {
      if (!inFrame && input.length > 0 && (inPadding || input[0] === 0)) {
        // Zeros after the last frame are padding; no frame begins with one.
        if (!isZeroBlock(input)) throw new Error("data follows the zeros after the last frame");
        inPadding = true;
        break;
      }
      if (!inFrame && input.length === 0) break;
      const [left, produced, consumed] = context.decompressStream(output.subarray(filled), input);
      filled += produced;
      input = input.subarray(consumed);
      inFrame = left !== 0;
      if (filled === output.length) {
        yield output;
        if (lifetime === "lasting") output = new Uint8Array(OUTPUT);
        filled = 0;
      } else if (input.length === 0) {
        break;
      }
    }
  }
  if (filled > 0) yield output.subarray(0, filled);
  if (inFrame) throw new Error("the last frame is cut off");
}
