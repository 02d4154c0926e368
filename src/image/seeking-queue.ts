/**
 * A part of a file as a queue whose skips are seeks: of a tar only the headers are read, and of a file's content what is asked for. A
 * few thousand small reads from the system's cache cost less than as many trips through the thread pool.
 */
import { createWindow, type FileWindow } from "../disk/window.js";
import type { ByteQueue } from "./byte-queue.js";
import type { FileBody } from "./inspector.js";
import { fillFrom, type FileRange } from "./range-reader.js";
import { BLOCK } from "./tar-header.js";

/** A header, and often the next ones with it. */
const WINDOW = 8 * BLOCK;
const CHUNK = 1 << 20;

export function createSeekingQueue(range: FileRange): ByteQueue {
  const { size } = range;
  const buffer = Buffer.allocUnsafeSlow(WINDOW);
  let position = 0;
  let window = { start: 0, end: 0 };
  let body: FileWindow | undefined;

  function read(length: number): Uint8Array {
    const end = Math.min(position + length, size);
    if (length > WINDOW) {
      const large = Buffer.allocUnsafe(end - position);
      fillFrom(range, large, position);
      position = end;
      return large;
    }
    if (position < window.start || end > window.end) {
      const wanted = Math.min(WINDOW, size - position);
      fillFrom(range, buffer.subarray(0, wanted), position);
      window = { start: position, end: position + wanted };
    }
    const from = position - window.start;
    position = end;
    return Buffer.from(buffer.subarray(from, end - window.start));
  }

  return {
    get position() {
      return position;
    },
    read: (length) => Promise.resolve(read(length)),
    readPieces: (length) => Promise.resolve([read(length)]),
    skip(length) {
      const skipped = Math.min(length, size - position);
      position += skipped;
      return Promise.resolve(skipped);
    },
    bodyAt(at, size): FileBody {
      // One file is looked at after the other.
      body = createWindow({ size, fill: (part, from) => fillFrom(range, part, at + from), memory: body?.memory() });
      return body;
    },
    async *rest() {
      while (position < size) yield await Promise.resolve(read(CHUNK));
    },
    inflation: () => 1,
    close: () => Promise.resolve(),
  };
}
