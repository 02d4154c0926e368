/**
 * The frames of a zstd stream, told apart without decoding them: what a decoder that hides its errors and its frames' ends needs.
 * Skippable frames and the zeros after the last frame are left out; anything else that is no frame is an error. RFC 8878, section 3.
 */
import type { ByteQueue } from "./byte-queue.js";
import { isZeroBlock } from "./tar-header.js";

const MAGIC = 0xfd2fb528;
const SKIPPABLE = 0x184d2a50;
const PIECE = 1 << 16;
/** Bytes of the fields of a frame header, by their two-bit flags. */
const DICTIONARY_ID = [0, 1, 2, 4];
const CONTENT_SIZE = [0, 2, 4, 8];
const RUN_LENGTH_BLOCK = 1;
const RESERVED_BLOCK = 3;

/** The bytes of all data frames. @throws Error where a frame is cut off, or where something else stands in its place */
export async function* passFrames(queue: ByteQueue): AsyncGenerator<Uint8Array> {
  for (;;) {
    const start = await queue.read(4);
    if (start.length === 0) return;
    if (start.every((byte) => byte === 0)) return passPadding(queue);
    const magic = start.length === 4 ? toNumber(start) : 0;
    if (magic === MAGIC) {
      yield start;
      yield* passFrame(queue);
    } else if ((magic & 0xfffffff0) === SKIPPABLE) {
      const size = toNumber(await readAll(queue, 4));
      if ((await queue.skip(size)) < size) throw cutOff();
    } else {
      throw new Error("data follows the last frame that is no frame");
    }
  }
}

/** A frame behind its magic number: header, blocks, checksum. */
async function* passFrame(queue: ByteQueue): AsyncGenerator<Uint8Array> {
  const descriptor = await readAll(queue, 1);
  yield descriptor;
  const flags = descriptor[0] as number;
  yield await readAll(queue, headerBytes(flags));
  for (let isLast = false; !isLast;) {
    const header = await readAll(queue, 3);
    yield header;
    const block = parseBlock(header);
    isLast = block.isLast;
    for (let left = block.length; left > 0;) {
      const piece = await readAll(queue, Math.min(left, PIECE));
      yield piece;
      left -= piece.length;
    }
  }
  yield await readAll(queue, checksumBytes(flags));
}

/** Where the data frame at the start of some bytes ends; undefined where there is none, or not all of it. */
export function findFrameEnd(bytes: Uint8Array): number | undefined {
  const flags = bytes[4];
  if (flags === undefined || toNumber(bytes.subarray(0, 4)) !== MAGIC) return undefined;
  let at = 5 + headerBytes(flags);
  for (let isLast = false; !isLast;) {
    const header = bytes.subarray(at, at + 3);
    if (header.length < 3) return undefined;
    const block = parseBlock(header);
    isLast = block.isLast;
    at += 3 + block.length;
  }
  at += checksumBytes(flags);
  return at <= bytes.length ? at : undefined;
}

/** Bytes of a frame's header behind its descriptor. */
function headerBytes(flags: number): number {
  const isSingleSegment = (flags & 0x20) !== 0;
  const contentSize = flags >> 6;
  return (
    (isSingleSegment ? 0 : 1) +
    (DICTIONARY_ID[flags & 3] as number) +
    (isSingleSegment && contentSize === 0 ? 1 : (CONTENT_SIZE[contentSize] as number))
  );
}

function checksumBytes(flags: number): number {
  return (flags & 4) === 0 ? 0 : 4;
}

/** What the three bytes in front of a block say. @throws Error */
function parseBlock(header: Uint8Array): { readonly isLast: boolean; readonly length: number } {
  const value = toNumber(header);
  const type = (value >> 1) & 3;
  if (type === RESERVED_BLOCK) throw new Error("a block has the reserved type");
  return { isLast: (value & 1) === 1, length: type === RUN_LENGTH_BLOCK ? 1 : value >> 3 };
}

async function passPadding(queue: ByteQueue): Promise<void> {
  for await (const chunk of queue.rest()) {
    if (!isZeroBlock(chunk)) throw new Error("data follows the zeros after the last frame");
  }
}

async function readAll(queue: ByteQueue, length: number): Promise<Uint8Array> {
  const bytes = await queue.read(length);
  if (bytes.length < length) throw cutOff();
  return bytes;
}

function cutOff(): Error {
  return new Error("the last frame is cut off");
}

/** Little-endian and unsigned. */
function toNumber(bytes: Uint8Array): number {
  return bytes.reduceRight((value, byte) => value * 256 + byte, 0);
}
