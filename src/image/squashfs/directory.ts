/**
 * The names in a folder of a squashfs file system. They lie behind headers that several of them share. The kernel looks a name up in
 * the order of bytes and stops where it is past it: names in another order would be there for some calls and not for others, and are
 * refused. Linux' fs/squashfs/dir.c and namei.c; squashfs-tools' unsquashfs, which refuses the same names.
 */
import { toDisplayPath } from "../../rootfs/path.js";
import type { MetadataPlace } from "../wide-number.js";
import type { BlockReader } from "./block-reader.js";
import { openIndex } from "./directory-index.js";
import type { DirectoryInode } from "./inode.js";
import { createCursor } from "./metadata-cursor.js";

const HEADER_BYTES = 12;
const ENTRY_BYTES = 8;
/** SQUASHFS_DIR_COUNT, SQUASHFS_NAME_LEN */
const MAX_COUNT = 256;
const MAX_NAME = 256;

export interface DirectoryEntry {
  /** a byte string */
  readonly name: string;
  /** of its inode, and the number by which the kernel knows it */
  readonly place: MetadataPlace;
  readonly number: number;
  /** of the inode, 1 to 7 */
  readonly type: number;
}

/** The entries of a folder, in order. @throws ContainerspecError corrupt-image */
export async function* readDirectory(blocks: BlockReader, folder: DirectoryInode): AsyncGenerator<DirectoryEntry> {
  const { directoryTable } = blocks.superblock;
  const cursor = createCursor(blocks, directoryTable + folder.block, folder.offset);
  const corrupt = (found: string) => blocks.section.error("corrupt-image", found, cursor.position);
  const index = await openIndex(blocks, folder, MAX_NAME);
  let last = "";
  for (let left = folder.size; left > 0;) {
    const listed = folder.size - left;
    const { position, offset } = cursor;
    const header = await cursor.read(HEADER_BYTES);
    left -= HEADER_BYTES;
    const count = header.readUInt32LE(0) + 1;
    if (count > MAX_COUNT) throw corrupt(`a folder of its squashfs has ${count} names behind one header`);
    const [block, firstNumber] = [header.readUInt32LE(4), header.readUInt32LE(8)];
    for (let i = 0; i < count; i += 1) {
      const entry = await cursor.read(ENTRY_BYTES);
      const length = entry.readUInt16LE(6) + 1;
      left -= ENTRY_BYTES + length;
      if (length > MAX_NAME || left < 0) throw corrupt("the names of a folder of its squashfs end beyond their size");
      const name = (await cursor.read(length)).toString("latin1");
      if (name === "." || name === ".." || /[/\0]/.test(name))
        throw corrupt(`a folder of its squashfs has the name ${toDisplayPath(name)}, which no file can have`);
      if (name <= last)
        throw corrupt(`the names of a folder of its squashfs are not in order: ${toDisplayPath(name)} comes too late`);
      last = name;
      if (i === 0) await index.check(listed, { position, offset }, name);
      yield {
        name,
        place: { block, offset: entry.readUInt16LE(0) },
        number: (firstNumber + entry.readInt16LE(2)) >>> 0,
        type: entry.readUInt16LE(4),
      };
    }
  }
  index.end();
}
