/**
 * The index of a long folder: where some of the headers of its names are, and the first name behind each. The kernel begins to look a
 * name up at the last entry that is not past it, so that an index which leads elsewhere makes files that are listed and never found,
 * or found and never listed. Linux' fs/squashfs/namei.c, get_dir_index_using_name; dir.c, get_dir_index_using_offset.
 */
import { toDisplayPath } from "../../rootfs/path.js";
import { METADATA_BYTES, type BlockReader } from "./block-reader.js";
import type { DirectoryInode } from "./inode.js";
import type { MetadataCursor } from "./metadata-cursor.js";

const ENTRY_BYTES = 12;

interface IndexEntry {
  /** bytes of the folder's names in front of the header */
  readonly listed: number;
  /** the metadata block that the header begins in, in the directory table */
  readonly block: number;
  readonly name: string;
}

/** The index of a folder, held against its headers one after the other. */
export interface DirectoryIndex {
  /**
   * A header that begins behind `listed` bytes of names at a place, and the first name behind it.
   * @throws ContainerspecError corrupt-image where the index says otherwise
   */
  check(listed: number, place: Pick<MetadataCursor, "position" | "offset">, name: string): Promise<void>;
  /** All headers were seen. @throws ContainerspecError corrupt-image where the index has more */
  end(): void;
}

/** @throws ContainerspecError corrupt-image */
export async function openIndex(
  { section, superblock }: BlockReader,
  folder: DirectoryInode,
  maxName: number,
): Promise<DirectoryIndex> {
  const { index } = folder;
  let left = index?.count ?? 0;
  const corrupt = (found: string) =>
    section.error("corrupt-image", `the index of a folder of its squashfs ${found}`, index?.cursor.position ?? 0);

  async function readEntry(): Promise<IndexEntry | undefined> {
    if (index === undefined || left === 0) return undefined;
    left -= 1;
    const entry = await index.cursor.read(ENTRY_BYTES);
    const [listed, block, size] = [entry.readUInt32LE(0), entry.readUInt32LE(4), entry.readUInt32LE(8)];
    if (size >= maxName) throw corrupt(`has a name of ${size + 1} bytes`);
    return { listed, block, name: (await index.cursor.read(size + 1)).toString("latin1") };
  }

  let next = await readEntry();

  function refuse({ listed, name }: IndexEntry): never {
    throw corrupt(`leads for ${toDisplayPath(name)} to ${listed}, where no names begin with it`);
  }

  return {
    async check(listed, { position, offset }, name) {
      if (next === undefined || next.listed > listed) return;
      // The kernel computes the place in the block as if all blocks in front of it were full.
      const isFound =
        next.listed === listed &&
        superblock.directoryTable + next.block === position &&
        (folder.offset + listed) % METADATA_BYTES === offset &&
        next.name === name;
      if (!isFound) refuse(next);
      next = await readEntry();
    },
    end() {
      if (next !== undefined) refuse(next);
    },
  };
}
