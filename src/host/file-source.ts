/** An open file of the machine as a source of bytes. */
import { fstatSync, readSync } from "node:fs";
import { createWindow } from "../disk/window.js";
import type { ByteSource } from "../elf/source.js";

/** Calls with a file as a source, by its descriptor; the source and what it gave are of no use afterwards. */
export type UseFile = <Result>(file: number, use: (source: ByteSource) => Promise<Result>) => Promise<Result>;

export function createFileUser(): UseFile {
  const free: Uint8Array[] = [];
  return async (file, use) => {
    const { size } = fstatSync(file);
    const window = createWindow({ size, fill: (part, at) => fillFrom(file, part, at), memory: free.pop() });
    try {
      return await use(window);
    } finally {
      free.push(window.memory());
    }
  };
}

function fillFrom(file: number, part: Uint8Array, at: number): void {
  for (let done = 0; done < part.length;) {
    const count = readSync(file, part, done, part.length - done, at + done);
    if (count === 0) throw Object.assign(new Error("the file shrinks while it is being read"), { code: "EIO" });
    done += count;
  }
}
