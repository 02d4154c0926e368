/**
 * libzstd as WebAssembly through zstddec: the one door to it, and the fallback where nothing could be compiled. Its loop never
 * looks at error codes and yields empty pieces for ever when one comes; real streams give at most two in a row.
 */
import { ZSTDDecoder } from "zstddec/stream";
import type { Decompress } from "./zstd-native.js";

const MAX_EMPTY = 64;
const PIECE = 1 << 16;

/** A decoder that needs nothing but JavaScript. */
export function createWasmZstd(): Decompress {
  return async function* decompress(chunks) {
    const decoder = new ZSTDDecoder();
    await decoder.init();
    const queue: Uint8Array[] = [];
    const source = split(chunks);
    let ended = false;
    // The decoder takes its input synchronously: one piece is always there before it can ask.
    const output = decoder.decodeStreaming({
      *[Symbol.iterator]() {
        for (let piece = queue.shift(); piece !== undefined; piece = queue.shift()) yield piece;
      },
    });
    for (let empty = 0; ;) {
      if (queue.length === 0 && !ended) {
        const next = await source.next();
        if (next.done === true) ended = true;
        else queue.push(next.value);
      }
      const { done, value } = output.next();
      if (done === true) return;
      empty = value.length === 0 ? empty + 1 : 0;
      if (empty > MAX_EMPTY) throw new Error("the data is not valid zstd");
      if (value.length > 0) yield value;
    }
  };
}

async function* split(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += PIECE) yield chunk.subarray(at, at + PIECE);
  }
}
