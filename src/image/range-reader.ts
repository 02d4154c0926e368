/**
 * Bytes of an open file between two positions, in chunks: what every thread that reads a part of an archive does. Reads are
 * synchronous: they come from the system's cache, or are what the thread would wait for anyway.
 */
import { fstatSync, readSync } from "node:fs";
import { userInfo } from "node:os";
import type { Lifetime } from "./byte-queue.js";
import { checkDocumentSize, type Limits } from "./limits.js";
import { corruptTar, nameTar } from "./tar-header.js";

const CHUNK = 1 << 20;

/** Where a blob lies in a file that is open in this process; every thread of it may read there. */
export interface FileRange {
  readonly fd: number;
  readonly offset: number;
  readonly size: number;
}

/**
 * @param lifetime `passing` where each chunk may have the memory of the one before
 * @throws ContainerspecError corrupt-image where the file ends before the range does
 */
export async function* readRange(range: FileRange, lifetime: Lifetime = "lasting"): AsyncGenerator<Uint8Array> {
  let memory = Buffer.alloc(0);
  for (let at = 0; at < range.size; at += CHUNK) {
    const length = Math.min(CHUNK, range.size - at);
    if (lifetime === "lasting" || memory.length === 0) memory = Buffer.allocUnsafeSlow(length);
    const chunk = memory.subarray(0, length);
    fillFrom(range, chunk, at);
    yield await Promise.resolve(chunk);
  }
}

/** All bytes of a range. @throws ContainerspecError corrupt-image where the file ends before */
export async function readWhole(range: FileRange): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of readRange(range)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** A document, all of it. @throws ContainerspecError limit-exceeded, corrupt-image */
export async function readDocument(range: FileRange, limits: Limits, what: string): Promise<Buffer> {
  checkDocumentSize(range.size, limits, what);
  return readWhole(range).catch((error: unknown) => {
    throw nameTar(error, what);
  });
}

/**
 * Fills a buffer from a position in a range.
 *
 * @throws ContainerspecError corrupt-image where the file ends before
 */
export function fillFrom({ fd, offset }: FileRange, buffer: Uint8Array, at: number): void {
  for (let done = 0; done < buffer.length;) {
    const got = readSync(fd, buffer, done, buffer.length - done, offset + at + done);
    if (got === 0) throw corruptTar("the file shrinks while it is being read", offset + at + done);
    done += got;
  }
}

/** Permission bits of the file's group, and of all others, to write to it. */
const OTHERS_WRITE = 0o022;

/** Whether people besides us (and root) may write to the file: they own it, or its mode lets them. */
export function mayOthersWrite({ fd }: FileRange): boolean {
  const { uid, mode } = fstatSync(fd);
  return (uid !== 0 && uid !== findOwnUser()) || (mode & OTHERS_WRITE) !== 0;
}

function findOwnUser(): number | undefined {
  try {
    return userInfo().uid;
  } catch {
    // A user without a name, as containers have them.
    return undefined;
  }
}
