/**
 * Parts of an open file as bytes by position. The tables of a library lie together near its beginning, and a parser asks for one after
 * the other: they are read at once, into memory that other files use again.
 */

/** bytes that are read at least of whoever asks for more than a file's beginning: most libraries' tables are in the first of them */
const WINDOW = 256 << 10;
const BEGINNING = 4 << 10;

export interface FileWindow {
  readonly size: number;
  /** Bytes that are there until the next call: fewer where the file ends before. */
  read(offset: number, length: number): Uint8Array;
  /** What was read into, for the next window: what this one gave is of no use then. */
  memory(): Uint8Array;
}

export interface WindowOptions {
  /** bytes of the file */
  readonly size: number;
  /** Fills all of `part` with the file's bytes from a position, or throws. */
  readonly fill: (part: Uint8Array, at: number) => void;
  /** of an earlier window; fresh where it is left out */
  readonly memory?: Uint8Array | undefined;
}

export function createWindow({ size, fill, memory: first }: WindowOptions): FileWindow {
  let memory = first ?? new Uint8Array(WINDOW);
  let [start, end] = [0, 0];
  let isOpened = false;

  function move(offset: number, length: number): void {
    if (length > memory.length) memory = new Uint8Array(length);
    const least = Math.min(isOpened ? WINDOW : BEGINNING, memory.length);
    const wanted = Math.min(size, offset + Math.max(length, least));
    isOpened = true;
    // Where that fails there is nothing.
    [start, end] = [0, 0];
    fill(memory.subarray(0, wanted - offset), offset);
    [start, end] = [offset, wanted];
  }

  return {
    size,
    read(offset, length) {
      const last = Math.max(offset, Math.min(offset + length, size));
      if (offset < start || last > end) move(offset, last - offset);
      return memory.subarray(offset - start, last - start);
    },
    memory: () => memory,
  };
}
