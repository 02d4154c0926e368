/**
 * Extended attributes of a squashfs file system: sets of them, which inodes name by number. The kernel finds the first of a name, and
 * unsquashfs sets them all, so that the last stays: one that is there twice is refused. Linux' fs/squashfs/xattr.c and xattr_id.c.
 */
import { isAttributeRead } from "../attributes.js";
import { readMetadataPlace, readUnsigned64, type MetadataPlace } from "../wide-number.js";
import { METADATA_BYTES, type BlockReader } from "./block-reader.js";
import { createCursor, type MetadataCursor } from "./metadata-cursor.js";

const ID_BYTES = 16;
const TABLE_HEAD = 16;
/** Name spaces by number: SQUASHFS_XATTR_USER, _TRUSTED, _SECURITY. */
const PREFIXES: readonly (string | undefined)[] = ["user.", "trusted.", "security."];
/** The value lies elsewhere: SQUASHFS_XATTR_VALUE_OOL. */
const ELSEWHERE = 0x100;
/** Linux' XATTR_LIST_MAX and XATTR_SIZE_MAX */
const MAX_LIST = 65536;
const MAX_VALUE = 65536;
const KEPT_SETS = 256;
/** bytes of a value that are looked at; a capability has 24 */
const KEPT_VALUE = 4096;

export type AttributeMap = ReadonlyMap<string, string>;

const NONE: AttributeMap = new Map();

export interface Attributes {
  /** Those of a set by its number that change what a process sees, values as byte strings; none for undefined. @throws ContainerspecError corrupt-image */
  read(index: number | undefined): Promise<AttributeMap>;
}

export function createAttributes(blocks: BlockReader): Attributes {
  const { section, superblock } = blocks;
  const table = superblock.attributeTable;
  const kept = new Map<number, AttributeMap>();
  const corrupt = (found: string, position: number) => section.error("corrupt-image", found, position);

  async function readSet(at: number, index: number): Promise<AttributeMap> {
    const head = await section.read(at, TABLE_HEAD);
    const [start, ids] = [readUnsigned64(head, 0), head.readUInt32LE(8)];
    if (index >= ids || start >= superblock.size)
      throw corrupt(`a file of its squashfs has set ${index} of ${ids} sets of attributes`, at);
    const place = index * ID_BYTES;
    const pointer = await section.read(at + TABLE_HEAD + Math.floor(place / METADATA_BYTES) * 8, 8);
    const block = readUnsigned64(pointer, 0);
    if (block >= superblock.size) throw corrupt("its table of attributes leads behind its end", at);
    const id = await createCursor(blocks, block, place % METADATA_BYTES).read(ID_BYTES);
    return readEntries(start, readMetadataPlace(id, 0), id.readUInt32LE(8));
  }

  async function readEntries(start: number, place: MetadataPlace, count: number): Promise<AttributeMap> {
    const cursor = cursorAt(start, place);
    const found = new Map<string, string>();
    for (let i = 0, list = 0; i < count; i += 1) {
      const head = await cursor.read(4);
      const [type, length] = [head.readUInt16LE(0), head.readUInt16LE(2)];
      list += length + 1;
      if (list > MAX_LIST)
        throw corrupt("a file of its squashfs has more attributes than any can have", cursor.position);
      const name = (await cursor.read(length)).toString("latin1");
      const isElsewhere = (type & ELSEWHERE) !== 0;
      const value = await readValue(cursor);
      const prefix = PREFIXES[type & 0xff];
      if (prefix === undefined || !isAttributeRead(prefix + name)) continue;
      if (found.has(prefix + name)) throw corrupt(`a file of its squashfs has ${prefix + name} twice`, cursor.position);
      const text = isElsewhere ? await readValue(cursorAt(start, toReference(value, cursor.position))) : value;
      found.set(prefix + name, text.toString("latin1", 0, KEPT_VALUE));
    }
    return found;
  }

  async function readValue(cursor: MetadataCursor): Promise<Buffer> {
    const size = (await cursor.read(4)).readUInt32LE(0);
    if (size > MAX_VALUE) throw corrupt(`an attribute of its squashfs has ${size} bytes`, cursor.position);
    return cursor.read(size);
  }

  function toReference(value: Buffer, position: number): MetadataPlace {
    if (value.length !== 8) throw corrupt("an attribute of its squashfs lies nowhere", position);
    return readMetadataPlace(value, 0);
  }

  function cursorAt(start: number, { block, offset }: MetadataPlace): MetadataCursor {
    return createCursor(blocks, start + block, offset);
  }

  return {
    async read(index) {
      if (index === undefined || table === undefined) return NONE;
      const known = kept.get(index) ?? (await readSet(table, index));
      if (kept.size >= KEPT_SETS) kept.clear();
      kept.set(index, known);
      return known;
    },
  };
}
