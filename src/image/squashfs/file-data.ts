/**
 * The content of a file: blocks that follow one another, holes where a length is zero, and an end that may lie in a fragment.
 * Linux' fs/squashfs/file.c; as there, a block that has another length than its place in the file asks for is an error.
 */
import { createHash } from "node:crypto";
import { LARGE_FILE, START, whyGrownTooMuch, type FindParts } from "../entry-data.js";
import { createFileBody, createPartialBody } from "../file-body.js";
import type { FileBody, FilePart } from "../inspector.js";
import { describeLimit } from "../limits.js";
import { storedLength, type BlockReader } from "./block-reader.js";
import type { Fragments } from "./fragments.js";
import type { FileInode } from "./inode.js";
import { createCursor } from "./metadata-cursor.js";

export interface FileData {
  /** The content from its start, at most `length` bytes, and no more than a block; may be asked once, before `body`. */
  head(length: number): Promise<Uint8Array>;
  /**
   * The whole content; where it is large, the parts of it that a look at its start finds.
   *
   * @throws ContainerspecError limit-exceeded for one that is too large to be kept
   */
  body(findParts?: FindParts): Promise<FileBody>;
  /** SHA-256 of the whole content in hex; asked of data that nothing else was asked of. */
  digest(): Promise<string>;
}

export function createFileData(blocks: BlockReader, fragments: Fragments, file: FileInode): FileData {
  const { section, superblock, limits } = blocks;
  const { blockSize } = superblock;
  const { size, fragment } = file;
  // A cursor of its own: a file may be read twice.
  const lengths = createCursor(blocks, file.lengths.position, file.lengths.offset);
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

  async function skipBlock(): Promise<void> {
    next += storedLength((await lengths.read(4)).readUInt32LE(0)) ?? 0;
  }

  /** Blocks from `first` on, before the one at `end`. */
  async function readBlocks(first: number, end: number): Promise<void> {
    for (let index = first; index < end; index += 1) {
      await readBlock(index);
      checkGrowth(Math.min(size, (index + 1) * blockSize));
    }
  }

  /** Of the blocks from `first` on, those with bytes of the parts; the end of the file always. */
  async function readParts(first: number, parts: readonly FilePart[]): Promise<FileBody> {
    const kept: FilePart[] = [{ offset: 0, length: first * blockSize }];
    for (let index = first; index < count; index += 1) {
      const block = { offset: index * blockSize, length: Math.min(blockSize, size - index * blockSize) };
      if (parts.some((part) => overlap(part, block))) {
        await readBlocks(index, index + 1);
        kept.push(block);
      } else await skipBlock();
    }
    await readEnd();
    kept.push({ offset: count * blockSize, length: Math.max(0, size - count * blockSize) });
    return createPartialBody(pieces, { size, parts: kept });
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
    async body(findParts) {
      if (size > limits.bodyBytes)
        throw section.error(
          "limit-exceeded",
          `found a file of ${size} bytes to inspect; ${describeLimit(limits, "bodyBytes")}`,
          file.start,
        );
      // Of a file in a fragment, `head` has read all.
      if (count === 0 && pieces.length > 0) return createFileBody(pieces);
      let read = pieces.length;
      if (size > LARGE_FILE && findParts !== undefined) {
        const seen = Math.ceil(START / blockSize);
        await readBlocks(read, seen);
        read = seen;
        const parts = await findParts(createFileBody(pieces).read(0, START), size);
        if (parts !== undefined) return readParts(read, parts);
      }
      await readBlocks(read, count);
      await readEnd();
      return createFileBody(pieces);
    },
    async digest() {
      const hash = createHash("sha256");
      for (let index = 0; index < count; index += 1) {
        await readBlock(index);
        for (const piece of pieces.splice(0)) hash.update(piece);
      }
      await readEnd();
      for (const piece of pieces) hash.update(piece);
      return hash.digest("hex");
    },
  };
}

function overlap(a: FilePart, b: FilePart): boolean {
  return a.offset < b.offset + b.length && b.offset < a.offset + a.length;
}

let shared: Uint8Array = new Uint8Array(0);

/** Zeros that all holes share. */
function zeros(length: number): Uint8Array {
  if (shared.length < length) shared = new Uint8Array(length);
  return shared.subarray(0, length);
}
