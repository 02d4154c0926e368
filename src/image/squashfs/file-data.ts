/**
 * The content of a file: blocks that follow one another, holes where a length is zero, and an end that may lie in a fragment.
 * Linux' fs/squashfs/file.c; as there, a block that has another length than its place in the file asks for is an error.
 */
import { createFileBody } from "../file-body.js";
import type { FileBody } from "../inspector.js";
import { whyGrownTooMuch } from "../entry-data.js";
import { describeLimit } from "../limits.js";
import { storedLength, type BlockReader } from "./block-reader.js";
import type { Fragments } from "./fragments.js";
import type { FileInode } from "./inode.js";

export interface FileData {
  /** The content from its start, at most `length` bytes, and no more than a block; may be asked once, before `body`. */
  head(length: number): Promise<Uint8Array>;
  /** The whole content. @throws ContainerspecError limit-exceeded for one that is too large to be kept */
  body(): Promise<FileBody>;
}

export function createFileData(blocks: BlockReader, fragments: Fragments, file: FileInode): FileData {
  const { section, superblock, limits } = blocks;
  const { blockSize } = superblock;
  const { size, fragment, lengths } = file;
  const count = fragment === undefined ? Math.ceil(size / blockSize) : Math.floor(size / blockSize);
  const pieces: Uint8Array[] = [];
  let next = file.start;
  let stored = 0;

  async function readBlock(index: number): Promise<void> {
    const expected = Math.min(blockSize, size - index * blockSize);
    const word = (await lengths.read(4)).readUInt32LE(0);
    if (word === 0) {
      pieces.push(zeros(expected));
      return;
    }
    const bytes = await blocks.data(next, word);
    if (bytes.length !== expected)
      throw section.error("corrupt-image", `a block of ${bytes.length} bytes was found where ${expected} belong`, next);
    const length = storedLength(word) ?? 0;
    next += length;
    stored += length;
    pieces.push(bytes);
  }

  async function readEnd(): Promise<void> {
    const length = size - count * blockSize;
    if (fragment === undefined || length <= 0) return;
    const bytes = await fragments.read(fragment.index);
    if (fragment.offset + length > bytes.length)
      throw section.error(
        "corrupt-image",
        `a file ends at ${fragment.offset + length} of a fragment of ${bytes.length} bytes`,
        next,
      );
    stored += length;
    pieces.push(bytes.subarray(fragment.offset, fragment.offset + length));
  }

  async function readFrom(first: number): Promise<void> {
    for (let index = first; index < count; index += 1) {
      await readBlock(index);
      checkGrowth(Math.min(size, (index + 1) * blockSize));
    }
    await readEnd();
  }

  /** The rule that bodies of a tar follow: holes and compression may make much of little, but not without end. */
  function checkGrowth(bytes: number): void {
    const why = whyGrownTooMuch(bytes, bytes / Math.max(1, stored), limits);
    if (why !== undefined) throw section.error("limit-exceeded", `found a file of ${why}`, file.start);
  }

  return {
    async head(length) {
      if (count > 0) await readBlock(0);
      else await readEnd();
      return pieces[0]?.subarray(0, length) ?? new Uint8Array(0);
    },
    async body() {
      if (size > limits.bodyBytes)
        throw section.error(
          "limit-exceeded",
          `found a file of ${size} bytes to inspect; ${describeLimit(limits, "bodyBytes")}`,
          file.start,
        );
      if (pieces.length === 0) await readFrom(0);
      else if (count > 0) await readFrom(1);
      return createFileBody(pieces);
    },
  };
}

let shared: Uint8Array = new Uint8Array(0);

/** Zeros that all holes share. */
function zeros(length: number): Uint8Array {
  if (shared.length < length) shared = new Uint8Array(length);
  return shared.subarray(0, length);
}
