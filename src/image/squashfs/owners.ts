/**
 * Who owns an inode. Inodes share a table of at most 65536 numbers and name places in it, for user and group alike. It lies in metadata
 * blocks to which a list of pointers leads. Linux' fs/squashfs/id.c. What the table does not tell nobody refuses here: nothing that a
 * loader does depends on it.
 */
import { ContainerspecError } from "../../errors.js";
import { readUnsigned64 } from "../wide-number.js";
import { METADATA_BYTES, type BlockReader } from "./block-reader.js";
import type { Inode } from "./inode.js";
import { createCursor } from "./metadata-cursor.js";

const ID_BYTES = 4;
const POINTER_BYTES = 8;

export interface Owners {
  /** "uid:gid" as an entry has it, "?" for a number that cannot be read; nothing for 0:0. */
  read(inode: Pick<Inode, "user" | "group">): Promise<{ readonly owner?: string }>;
}

export function createOwners(blocks: BlockReader): Owners {
  const { section, superblock } = blocks;
  const known = new Map<number, string>();

  async function readNumber(index: number): Promise<string> {
    const place = index * ID_BYTES;
    const at = superblock.idTable + Math.floor(place / METADATA_BYTES) * POINTER_BYTES;
    if (index >= superblock.ids || at + POINTER_BYTES > superblock.size) return "?";
    try {
      const block = readUnsigned64(await section.read(at, POINTER_BYTES), 0);
      if (block >= superblock.size) return "?";
      const number = await createCursor(blocks, block, place % METADATA_BYTES).read(ID_BYTES);
      return String(number.readUInt32LE(0));
    } catch (error) {
      if (error instanceof ContainerspecError && error.code === "corrupt-image") return "?";
      throw error;
    }
  }

  async function find(index: number): Promise<string> {
    const number = known.get(index) ?? (await readNumber(index));
    known.set(index, number);
    return number;
  }

  return {
    async read({ user, group }) {
      const owner = `${await find(user)}:${await find(group)}`;
      return owner === "0:0" ? {} : { owner };
    },
  };
}
