/**
 * A stream of chunks read like a file that only goes forward: so many bytes as one piece, so many as they came, or past so many.
 * The tar reader stands on it; nothing is copied unless a range crosses a chunk's edge and must be whole.
 */
import type { FileBody } from "./inspector.js";

/** How long the bytes of a chunk stay what they are: for ever, or until the next chunk is asked for. */
export type Lifetime = "lasting" | "passing";

export interface ByteQueue {
  /** bytes taken so far */
  readonly position: number;
  /** How many times larger the stream is than what is stored of it, so far; 1 where nothing is compressed. */
  inflation(): number;
  /** The next `length` bytes in one piece; fewer only at the end of the stream. */
  read(length: number): Promise<Uint8Array>;
  /** The next `length` bytes as they came; fewer only at the end of the stream. */
  readPieces(length: number): Promise<readonly Uint8Array[]>;
  /** Goes past `length` bytes; returns how many there were. */
  skip(length: number): Promise<number>;
  /** Bytes at a position that has not been left behind, read when they are asked for; absent where what has passed is gone. */
  bodyAt?(position: number, length: number): FileBody;
  /** The rest of the stream, chunk by chunk. */
  rest(): AsyncGenerator<Uint8Array>;
  /** Lets go of the stream, read to its end or not. */
  close(): Promise<void>;
}

/** @param lifetime of the chunks; of those that pass, pieces are copied */
export function createByteQueue(
  chunks: AsyncIterable<Uint8Array>,
  inflation: () => number = () => 1,
  lifetime: Lifetime = "lasting",
): ByteQueue {
  const iterator = chunks[Symbol.asyncIterator]();
  let chunk: Uint8Array = new Uint8Array(0);
  let position = 0;

  /** The next piece of at most `length` bytes; undefined at the end. */
  async function take(length: number): Promise<Uint8Array | undefined> {
    while (chunk.length === 0) {
      const next = await iterator.next();
      if (next.done === true) return undefined;
      chunk = next.value;
    }
    const piece = chunk.length <= length ? chunk : chunk.subarray(0, length);
    chunk = chunk.subarray(piece.length);
    position += piece.length;
    return piece;
  }

  async function readPieces(length: number): Promise<Uint8Array[]> {
    const pieces: Uint8Array[] = [];
    for (let left = length; left > 0;) {
      const piece = await take(left);
      if (piece === undefined) break;
      pieces.push(lifetime === "passing" ? piece.slice() : piece);
      left -= piece.length;
    }
    return pieces;
  }

  return {
    get position() {
      return position;
    },
    inflation,
    async read(length) {
      if (chunk.length >= length) {
        const piece = chunk.subarray(0, length);
        chunk = chunk.subarray(length);
        position += length;
        return piece;
      }
      return Buffer.concat(await readPieces(length));
    },
    readPieces,
    async skip(length) {
      let left = length;
      while (left > 0) {
        const piece = await take(left);
        if (piece === undefined) break;
        left -= piece.length;
      }
      return length - left;
    },
    async *rest() {
      for (let piece = await take(Infinity); piece !== undefined; piece = await take(Infinity)) yield piece;
    },
    async close() {
      await iterator.return?.();
    },
  };
}
