/**
 * Fragments: blocks in which the ends of several files lie together. Files of one folder share them, so that the last few are kept.
 * Linux' fs/squashfs/fragment.c.
 */
import { readUnsigned64 } from "../wide-number.js";
import { METADATA_BYTES, type BlockReader } from "./block-reader.js";
import { createCursor } from "./metadata-cursor.js";

const ENTRY_BYTES = 16;
const KEPT_BYTES = 16 << 20;

export interface Fragments {
  /** What the fragment block of a number inflates to. @throws ContainerspecError corrupt-image, limit-exceeded */
  read(index: number): Promise<Buffer>;
}

export function createFragments(blocks: BlockReader): Fragments {
  const { section, superblock } = blocks;
  const { fragmentTable, fragments, blockSize } = superblock;
  const kept = new Map<number, Buffer>();

  async function readBlock(index: number): Promise<Buffer> {
    if (fragmentTable === undefined || index >= fragments)
      throw section.error("corrupt-image", `a file ends in fragment ${index} of ${fragments}`, fragmentTable ?? 0);
    const place = index * ENTRY_BYTES;
    const pointer = await section.read(fragmentTable + Math.floor(place / METADATA_BYTES) * 8, 8);
    const block = readUnsigned64(pointer, 0);
    if (block >= superblock.size)
      throw section.error("corrupt-image", `its table of fragments leads to ${block}, behind its end`, fragmentTable);
    const entry = await createCursor(blocks, block, place % METADATA_BYTES).read(ENTRY_BYTES);
    const start = readUnsigned64(entry, 0);
    if (start >= superblock.size)
      throw section.error("corrupt-image", `fragment ${index} is at ${start}, behind the end`, fragmentTable);
    return blocks.data(start, entry.readUInt32LE(8));
  }

  return {
    async read(index) {
      const bytes = kept.get(index) ?? (await readBlock(index));
      kept.delete(index);
      kept.set(index, bytes);
      for (const [oldest] of kept) {
        if (kept.size * blockSize <= KEPT_BYTES) break;
        kept.delete(oldest);
      }
      return bytes;
    },
  };
}
