/**
 * 64-bit numbers of file systems, as the numbers that JavaScript computes with. Those beyond 2 to the power of 53 lose their last
 * digits and stay beyond: whoever holds them against the size of a file finds them too large.
 */

const HIGH = 2 ** 32;

export function readUnsigned64(bytes: Buffer, offset: number): number {
  return bytes.readUInt32LE(offset + 4) * HIGH + bytes.readUInt32LE(offset);
}

export function readSigned64(bytes: Buffer, offset: number): number {
  return bytes.readInt32LE(offset + 4) * HIGH + bytes.readUInt32LE(offset);
}

/** Where squashfs metadata is: 32 bits of a block's place, and 16 of an offset in what the block inflates to. */
export interface MetadataPlace {
  readonly block: number;
  readonly offset: number;
}

/** A reference of 64 bits, of which the upper 16 are not used: SQUASHFS_INODE_BLK and SQUASHFS_INODE_OFFSET. */
export function readMetadataPlace(bytes: Buffer, at: number): MetadataPlace {
  return { block: bytes.readUIntLE(at + 2, 4), offset: bytes.readUInt16LE(at) };
}
