/**
 * libzstd as WebAssembly through zstddec: the one door to it, and the fallback where nothing could be compiled. Its loop never
 * looks at error codes and yields empty pieces for ever when one comes, and it cannot say where a frame ends; so it is given whole
 * frames alone, and no more than a few empty pieces for each piece of input are put up with.
 */
import { ZSTDDecoder } from "zstddec/stream";
import { createByteQueue } from "./byte-queue.js";
import { passFrames } from "./zstd-frames.js";
import type { ZstdDecoder } from "./zstd-native.js";

/** Valid data gives at most two in a row. */
const MAX_EMPTY = 64;

/** A decoder that needs nothing but JavaScript. */
export function createWasmZstd(): ZstdDecoder {
  return { decompress, inflateBlock };
}

async function inflateBlock(block: Uint8Array, limit: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of decompress(once(block))) {
    size += piece.length;
    if (size > limit) throw new Error(`the block grows to more than ${limit} bytes`);
    pieces.push(piece.slice());
  }
  return Buffer.concat(pieces);
}

async function* once(block: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(block);
}

async function* decompress(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const decoder = new ZSTDDecoder();
  await decoder.init();
  const queue = createByteQueue(chunks);
  const frames = passFrames(queue);
  let piece: Uint8Array | undefined;
  let empty = 0;
  // The decoder takes its input synchronously: one piece is always there before it can ask, until there are no more.
  const output = decoder.decodeStreaming({
    *[Symbol.iterator]() {
      while (piece !== undefined) {
        const next = piece;
        piece = undefined;
        empty = 0;
        yield next;
      }
    },
  });
  try {
    for (;;) {
      while (piece === undefined || piece.length === 0) {
        const next = await frames.next();
        if (next.done === true) break;
        piece = next.value;
      }
      const next = output.next();
      if (next.done === true) return;
      const { value } = next;
      empty = value.length === 0 ? empty + 1 : 0;
      if (empty > MAX_EMPTY) throw new Error("the data is not valid zstd");
      if (value.length > 0) yield value;
    }
  } finally {
    await queue.close();
  }
}
