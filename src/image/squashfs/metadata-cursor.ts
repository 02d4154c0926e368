/**
 * A place in the metadata of a squashfs file system, which goes on from block to block as if they were one.
 * Linux' fs/squashfs/cache.c, squashfs_read_metadata.
 */
import type { BlockReader } from "./block-reader.js";

export interface MetadataCursor {
  /** where in the file system it stands now, for an error */
  readonly position: number;
  /** and how far in what the block there inflates to */
  readonly offset: number;
  /** The next bytes. @throws ContainerspecError corrupt-image */
  read(length: number): Promise<Buffer>;
}

/** @param position of a metadata block in the file system; @param offset in what it inflates to */
export function createCursor(blocks: BlockReader, position: number, offset: number): MetadataCursor {
  let [at, within] = [position, offset];

  /** The rest of the block, of which there must be some. */
  async function rest(): Promise<{ bytes: Buffer; next: number }> {
    const { bytes, next } = await blocks.metadata(at);
    if (within >= bytes.length)
      throw blocks.section.error(
        "corrupt-image",
        `something in its squashfs is to be found ${within} bytes into a metadata block of ${bytes.length}`,
        at,
      );
    return { bytes: bytes.subarray(within), next };
  }

  return {
    get position() {
      return at;
    },
    get offset() {
      return within;
    },
    async read(length) {
      blocks.step();
      const pieces: Buffer[] = [];
      for (let left = length; left > 0;) {
        const { bytes, next } = await rest();
        const piece = bytes.subarray(0, left);
        pieces.push(piece);
        left -= piece.length;
        within += piece.length;
        if (piece.length === bytes.length) [at, within] = [next, 0];
      }
      return pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);
    },
  };
}
