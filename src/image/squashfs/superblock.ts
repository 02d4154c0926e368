/**
 * The first 96 bytes of a squashfs 4.0 file system: how it is compressed, how large its blocks are, and where its tables lie.
 * Linux' fs/squashfs/squashfs_fs.h, squashfs_super_block; what is checked is what super.c checks at a mount.
 */
import type { BlockCompression } from "../inflate-block.js";
import type { ImageSection } from "../image-section.js";
import { readMetadataPlace, readUnsigned64, type MetadataPlace } from "../wide-number.js";

const SUPERBLOCK_BYTES = 96;
export const SQUASHFS_MAGIC = "hsqs";
const MIN_BLOCK_LOG = 12;
const MAX_BLOCK_LOG = 20;
/** the lower six bytes of what stands for no table, which has all bits set */
const NO_TABLE = 2 ** 48 - 1;

/** SQUASHFS compressor ids by number. */
const COMPRESSIONS: readonly (string | undefined)[] = [undefined, "gzip", "lzma", "lzo", "xz", "lz4", "zstd"];

export interface Superblock {
  readonly compression: BlockCompression;
  /** bytes of a full data block */
  readonly blockSize: number;
  readonly rootInode: MetadataPlace;
  readonly fragments: number;
  /** bytes of the file system; padding may follow */
  readonly size: number;
  readonly inodeTable: number;
  readonly directoryTable: number;
  /** where the numbers of users and groups lie, and how many of them */
  readonly idTable: number;
  readonly ids: number;
  /** undefined where no file ends in a fragment */
  readonly fragmentTable?: number;
  /** undefined where no file has extended attributes */
  readonly attributeTable?: number;
}

/** Reads and checks the superblock. @throws ContainerspecError corrupt-image, unsupported-image */
export async function readSuperblock(section: ImageSection): Promise<Superblock> {
  if (section.size < SUPERBLOCK_BYTES)
    throw section.error("corrupt-image", `its squashfs file system is cut short at ${section.size} bytes`, 0);
  return parseSuperblock(await section.read(0, SUPERBLOCK_BYTES), section);
}

function parseSuperblock(bytes: Buffer, section: ImageSection): Superblock {
  const corrupt = (found: string, position: number) => section.error("corrupt-image", found, position);
  if (bytes.toString("latin1", 0, 4) !== SQUASHFS_MAGIC)
    throw corrupt("a squashfs file system was expected, and something else found", 0);
  const [major, minor] = [bytes.readUInt16LE(28), bytes.readUInt16LE(30)];
  if (major !== 4 || minor !== 0)
    throw section.error(
      "unsupported-image",
      `its squashfs file system has the version ${major}.${minor}, and only 4.0 can be read; unpack it with unsquashfs and pack it with mksquashfs of today`,
      28,
    );
  const compression = findCompression(bytes.readUInt16LE(20), section);
  const [blockSize, blockLog] = [bytes.readUInt32LE(12), bytes.readUInt16LE(22)];
  if (blockLog < MIN_BLOCK_LOG || blockLog > MAX_BLOCK_LOG || blockSize !== 1 << blockLog)
    throw corrupt(`its squashfs blocks have ${blockSize} bytes, 2 to the power of ${blockLog}`, 12);
  const place = (at: number, name: string): number => {
    const value = readUnsigned64(bytes, at);
    if (value < SUPERBLOCK_BYTES || value > section.size)
      throw corrupt(`the ${name} of its squashfs file system is at ${value} of ${section.size} bytes`, at);
    return value;
  };
  const optional = (at: number, name: string): number | undefined =>
    bytes.readUIntLE(at, 6) === NO_TABLE && bytes.readUInt16LE(at + 6) === 0xffff ? undefined : place(at, name);
  const size = place(40, "end");
  const [inodeTable, directoryTable] = [place(64, "inode table"), place(72, "directory table")];
  if (inodeTable >= directoryTable || directoryTable >= size)
    throw corrupt("the tables of its squashfs file system overlap", 64);
  const fragments = bytes.readUInt32LE(16);
  const fragmentTable = fragments === 0 ? undefined : optional(80, "fragment table");
  const attributeTable = optional(56, "table of attributes");
  return {
    compression,
    blockSize,
    rootInode: readMetadataPlace(bytes, 32),
    fragments,
    size,
    inodeTable,
    directoryTable,
    idTable: readUnsigned64(bytes, 48),
    ids: bytes.readUInt16LE(26),
    ...(fragmentTable === undefined ? {} : { fragmentTable }),
    ...(attributeTable === undefined ? {} : { attributeTable }),
  };
}

/** @throws ContainerspecError unsupported-image for those that Node.js cannot inflate */
function findCompression(id: number, section: ImageSection): BlockCompression {
  const name = COMPRESSIONS[id];
  if (name === "gzip" || name === "zstd") return name;
  if (name === undefined)
    throw section.error("corrupt-image", `its squashfs file system has a compression of the unknown number ${id}`, 20);
  throw section.error(
    "unsupported-image",
    `its squashfs file system is compressed with ${name}, where gzip or zstd was expected; build it again with: apptainer build --mksquashfs-args "-comp gzip" new.sif old.sif (or unsquashfs, then mksquashfs -comp gzip)`,
    20,
  );
}
