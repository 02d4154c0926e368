/**
 * Blocks of a squashfs file system: metadata blocks, which say themselves how long they are, and data blocks, whose length a file or
 * the fragment table tells. All that is inflated is counted: a small file system can lead to the same block from millions of places.
 * Linux' fs/squashfs/block.c and cache.c.
 */
import { inflateBlock } from "../inflate-block.js";
import type { ImageSection } from "../image-section.js";
import { findInflationLimit, raiseHint, type Limits } from "../limits.js";
import type { Superblock } from "./superblock.js";

/** SQUASHFS_METADATA_SIZE: bytes that a metadata block inflates to, at most */
export const METADATA_BYTES = 8192;
const UNCOMPRESSED_METADATA = 1 << 15;
const UNCOMPRESSED_DATA = 1 << 24;
/** Metadata blocks that are kept: inodes and names of one folder lie near each other. */
const KEPT_BLOCKS = 256;
/** What a step costs beside the bytes that it gives. */
const STEP = 1024;

export interface MetadataBlock {
  readonly bytes: Buffer;
  /** where the block behind it begins */
  readonly next: number;
}

export interface BlockReader {
  readonly section: ImageSection;
  readonly superblock: Superblock;
  readonly limits: Limits;
  /** The metadata block at a position. @throws ContainerspecError corrupt-image, limit-exceeded */
  metadata(position: number): Promise<MetadataBlock>;
  /** A data block, by its position and the word that tells its length. @throws ContainerspecError corrupt-image, limit-exceeded */
  data(position: number, length: number): Promise<Buffer>;
  /** Counts a step that reads from blocks which are already there. @throws ContainerspecError limit-exceeded */
  step(): void;
}

/** Bytes of a data block as stored, from the word that tells its length; undefined where it says what no block can be. */
export function storedLength(word: number): number | undefined {
  return word >>> 25 === 0 ? word & (UNCOMPRESSED_DATA - 1) : undefined;
}

/** @param limits say how many bytes all blocks together may inflate to, each as often as it is read */
export function createBlockReader(section: ImageSection, superblock: Superblock, limits: Limits): BlockReader {
  const { compression, blockSize, size } = superblock;
  const kept = new Map<number, MetadataBlock>();
  const allowed = findInflationLimit(limits, size);
  let left = allowed.bytes;

  function spend(bytes: number, position: number): void {
    left -= bytes;
    if (left < 0)
      throw section.error(
        "limit-exceeded",
        `${size} bytes of squashfs lead to more data than any honest file system has; that looks like a decompression bomb ${raiseHint(allowed.key)}`,
        position,
      );
  }

  async function inflate(stored: Buffer, isCompressed: boolean, most: number, position: number): Promise<Buffer> {
    if (!isCompressed) return stored;
    try {
      const bytes = await inflateBlock(compression, stored, most);
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error);
      throw section.error("corrupt-image", `its ${compression} data is damaged (${cause})`, position, error);
    }
  }

  /** Bytes of the file system itself: padding and what follows it belong to nobody. */
  function read(position: number, length: number): Promise<Buffer> {
    if (position + length > size)
      throw section.error("corrupt-image", `a block of its squashfs file system lies behind its end`, position);
    return section.read(position, length);
  }

  return {
    section,
    superblock,
    limits,
    step: () => spend(STEP, 0),
    async metadata(position) {
      const known = kept.get(position);
      if (known !== undefined) {
        kept.delete(position);
        kept.set(position, known);
        return known;
      }
      spend(STEP + METADATA_BYTES, position);
      const head = await read(position, Math.min(2 + METADATA_BYTES, Math.max(2, size - position)));
      const word = head.readUInt16LE(0);
      const length = word & (UNCOMPRESSED_METADATA - 1);
      if (length === 0 || length > METADATA_BYTES || 2 + length > head.length)
        throw section.error("corrupt-image", `a metadata block of its squashfs has ${length} bytes`, position);
      const stored = head.subarray(2, 2 + length);
      const bytes = await inflate(stored, (word & UNCOMPRESSED_METADATA) === 0, METADATA_BYTES, position);
      const block = { bytes, next: position + 2 + length };
      kept.set(position, block);
      for (const [oldest] of kept) {
        if (kept.size <= KEPT_BLOCKS) break;
        kept.delete(oldest);
      }
      return block;
    },
    async data(position, word) {
      const length = storedLength(word);
      if (length === undefined || length === 0 || length > blockSize)
        throw section.error("corrupt-image", `a data block of its squashfs has the length ${word}`, position);
      spend(STEP + blockSize, position);
      const stored = await read(position, length);
      return inflate(stored, (word & UNCOMPRESSED_DATA) === 0, blockSize, position);
    },
  };
}
