/**
 * One inode: what a file, folder, link or device of a squashfs file system is, and where its content lies. There is a short and a
 * long form of each kind. Linux' fs/squashfs/inode.c and squashfs_fs.h.
 */
import { describeLimit } from "../limits.js";
import { readUnsigned64, type MetadataPlace } from "../wide-number.js";
import type { BlockReader } from "./block-reader.js";
import { createCursor, type MetadataCursor } from "./metadata-cursor.js";

const NONE = 0xffffffff;
const HEAD_BYTES = 16;

interface InodeCommon {
  readonly mode: number;
  /** places of its user and group in the table of numbers */
  readonly user: number;
  readonly group: number;
  readonly number: number;
  /** its set of extended attributes */
  readonly attributes?: number;
}

export interface DirectoryInode extends InodeCommon {
  readonly kind: "directory";
  /** where its names are: a block of the directory table, and a place in it */
  readonly block: number;
  readonly offset: number;
  /** bytes of its names */
  readonly size: number;
  /** stands before the entries of its index */
  readonly index?: { readonly count: number; readonly cursor: MetadataCursor };
}

export interface FileInode extends InodeCommon {
  readonly kind: "file";
  readonly size: number;
  /** position of its first data block */
  readonly start: number;
  /** where its end lies together with the ends of others */
  readonly fragment?: { readonly index: number; readonly offset: number };
  /** stands before the lengths of its data blocks */
  readonly lengths: MetadataCursor;
}

export interface SymlinkInode extends InodeCommon {
  readonly kind: "symlink";
  readonly target: string;
}

export interface SpecialInode extends InodeCommon {
  readonly kind: "special";
  readonly isNullDevice: boolean;
  /** "character device 1:3", "pipe", "socket" */
  readonly device: string;
}

export type Inode = DirectoryInode | FileInode | SymlinkInode | SpecialInode;

/** The bits of a mode that tell the type of a file, as the kernel adds them: S_IFMT, and S_IFDIR to S_IFSOCK for the types 1 to 7. */
const TYPE_BITS = 0o170000;
const TYPES = [0o040000, 0o100000, 0o120000, 0o060000, 0o020000, 0o010000, 0o140000];

/** The type that a folder's entry tells, for each of the fourteen types of inodes: the long ones are told as the short. */
function basicType(type: number): number {
  return type > 7 ? type - 7 : type;
}

export interface ReadInode {
  readonly inode: Inode;
  /** 1 to 7, as a folder tells it */
  readonly type: number;
}

/** The inode at a place of the inode table. @throws ContainerspecError corrupt-image, limit-exceeded */
export async function readInode(blocks: BlockReader, { block, offset }: MetadataPlace): Promise<ReadInode> {
  const { inodeTable, directoryTable } = blocks.superblock;
  const position = inodeTable + block;
  if (position >= directoryTable)
    throw blocks.section.error(
      "corrupt-image",
      "an inode of its squashfs is to be found outside their table",
      position,
    );
  const cursor = createCursor(blocks, position, offset);
  const head = await cursor.read(HEAD_BYTES);
  const type = head.readUInt16LE(0);
  const mode = head.readUInt16LE(2);
  const [user, group] = [head.readUInt16LE(4), head.readUInt16LE(6)];
  const common = { mode: mode & 0o7777, user, group, number: head.readUInt32LE(12) };
  const inode = await readBody(blocks, cursor, type, common);
  const bits = TYPES[basicType(type) - 1] as number;
  // The kernel ors them: a file whose mode says more would be something else to it.
  if (((mode & TYPE_BITS) | bits) !== bits || common.number === 0)
    throw blocks.section.error(
      "corrupt-image",
      `an inode of its squashfs has the type ${type}, the mode ${mode.toString(8)} and the number ${common.number}, which none can have`,
      position,
    );
  return { type: basicType(type), inode };
}

async function readBody(
  blocks: BlockReader,
  cursor: MetadataCursor,
  type: number,
  common: InodeCommon,
): Promise<Inode> {
  switch (type) {
    case 1: {
      const body = await cursor.read(16);
      const [block, size, offset] = [body.readUInt32LE(0), body.readUInt16LE(8), body.readUInt16LE(10)];
      return { ...common, kind: "directory", block, size: toListingSize(size), offset };
    }
    case 8: {
      const body = await cursor.read(24);
      const [size, block, offset] = [body.readUInt32LE(4), body.readUInt32LE(8), body.readUInt16LE(18)];
      const index = { count: body.readUInt16LE(16), cursor };
      const attributes = toAttributes(body.readUInt32LE(20));
      return { ...common, kind: "directory", block, size: toListingSize(size), offset, index, ...attributes };
    }
    case 2: {
      const body = await cursor.read(16);
      const [start, fragment, offset, size] = [0, 4, 8, 12].map((at) => body.readUInt32LE(at)) as FourNumbers;
      return { ...common, kind: "file", start, size, ...toFragment(fragment, offset), lengths: cursor };
    }
    case 9: {
      const body = await cursor.read(40);
      const start = readUnsigned64(body, 0);
      const size = toSize(blocks, readUnsigned64(body, 8), cursor);
      const fragment = toFragment(body.readUInt32LE(28), body.readUInt32LE(32));
      const attributes = toAttributes(body.readUInt32LE(36));
      return { ...common, kind: "file", start, size, ...fragment, ...attributes, lengths: cursor };
    }
    case 3:
    case 10:
      return { ...common, kind: "symlink", target: await readTarget(blocks, cursor) };
    case 4:
    case 5:
    case 11:
    case 12: {
      const isLong = type > 7;
      const body = await cursor.read(isLong ? 12 : 8);
      const number = body.readUInt32LE(4);
      const isNullDevice = basicType(type) === 5 && number === 0;
      const device = `${basicType(type) === 5 ? "character" : "block"} device ${toDeviceNumbers(number)}`;
      const attributes = isLong ? toAttributes(body.readUInt32LE(8)) : {};
      return { ...common, kind: "special", isNullDevice, device, ...attributes };
    }
    case 6:
    case 7:
    case 13:
    case 14:
      return { ...common, kind: "special", isNullDevice: false, device: basicType(type) === 6 ? "pipe" : "socket" };
    default:
      throw blocks.section.error("corrupt-image", `an inode of its squashfs has the type ${type}`, cursor.position);
  }
}

/** Linux' new_decode_dev: eight bits of the minor number stand below the major number's twelve, and the others above. */
function toDeviceNumbers(number: number): string {
  return `${(number >>> 8) & 0xfff}:${(number & 0xff) | ((number >>> 12) & 0xfff00)}`;
}

type FourNumbers = [number, number, number, number];

/** A folder's size counts two entries that are not stored, `.` and `..`, with three bytes: see squashfs_readdir. */
function toListingSize(size: number): number {
  return Math.max(0, size - 3);
}

function toFragment(index: number, offset: number): Pick<FileInode, "fragment"> {
  return index === NONE ? {} : { fragment: { index, offset } };
}

function toAttributes(index: number): Pick<InodeCommon, "attributes"> {
  return index === NONE ? {} : { attributes: index };
}

function toSize(blocks: BlockReader, size: number, { position }: MetadataCursor): number {
  if (!Number.isSafeInteger(size))
    throw blocks.section.error("corrupt-image", `a file of its squashfs has ${size} bytes`, position);
  return size;
}

/** The text of a link, a byte string. */
async function readTarget(blocks: BlockReader, cursor: MetadataCursor): Promise<string> {
  const size = (await cursor.read(8)).readUInt32LE(4);
  if (size > blocks.limits.pathBytes)
    throw blocks.section.error(
      "limit-exceeded",
      `found a link of ${size} bytes; ${describeLimit(blocks.limits, "pathBytes")}`,
      cursor.position,
    );
  const target = (await cursor.read(size)).toString("latin1");
  if (size === 0 || target.includes("\0"))
    throw blocks.section.error("corrupt-image", "a link of its squashfs is no path", cursor.position);
  return target;
}
