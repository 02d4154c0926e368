/**
 * An open file as a source of bytes. The tables of a library lie together near its beginning, and a parser asks for one after the other:
 * they are read at once, into memory that other files use again.
 */
import { fstatSync, readSync } from "node:fs";
import type { ByteSource } from "../elf/source.js";

/** bytes that are read at least of whoever asks for more than a file's beginning: most libraries' tables are in the first of them */
const WINDOW = 256 << 10;
const BEGINNING = 4 << 10;

/** Calls with a file as a source, by its descriptor; the source and what it gave are of no use afterwards. */
export type UseFile = <Result>(file: number, use: (source: ByteSource) => Promise<Result>) => Promise<Result>;

export function createFileUser(): UseFile {
  const free: Uint8Array[] = [];
  return async (file, use) => {
    const window = createWindow(file, free.pop() ?? new Uint8Array(WINDOW));
    try {
      return await use(window.source);
    } finally {
      free.push(window.memory());
    }
  };
}

function createWindow(
  file: number,
  first: Uint8Array,
): { readonly source: ByteSource; readonly memory: () => Uint8Array } {
  const { size } = fstatSync(file);
  let memory = first;
  let [start, end] = [0, 0];
  let isOpened = false;

  function fill(offset: number, length: number): void {
    if (length > memory.length) memory = new Uint8Array(length);
    [start, end] = [offset, offset];
    const least = isOpened ? WINDOW : BEGINNING;
    isOpened = true;
    const wanted = Math.min(size, offset + Math.max(length, least));
    while (end < wanted) {
      const count = readSync(file, memory, end - start, wanted - end, end);
      if (count === 0) break;
      end += count;
    }
    if (end < offset + length)
      throw Object.assign(new Error("the file shrinks while it is being read"), { code: "EIO" });
  }

  const source: ByteSource = {
    size,
    read(offset, length) {
      if (offset < start || offset + length > end) fill(offset, length);
      return memory.subarray(offset - start, offset - start + length);
    },
  };
  return { source, memory: () => memory };
}
