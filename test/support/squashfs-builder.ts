/** Squashfs file systems by their bytes, with nothing compressed: for tests and stories that need no mksquashfs. */

export type SquashfsFile = { readonly bytes: Uint8Array; readonly mode: number } | { readonly link: string };

const BLOCK = 131072;
const METADATA = 8192;
const PLAIN_BLOCK = 1 << 24;
const PLAIN_METADATA = 1 << 15;
const NONE = 0xffffffff;

interface Written {
  readonly number: number;
  readonly type: number;
  /** of the inode, in the table before it is cut into blocks */
  readonly at: number;
}

type Folder = Map<string, Folder | SquashfsFile>;

/** The file system of these files, by absolute path; the folders follow from the paths. */
export function buildSquashfs(files: Readonly<Record<string, SquashfsFile>>): Buffer {
  const data: Buffer[] = [];
  const inodes: Buffer[] = [];
  const names: Buffer[] = [];
  let dataAt = 96;
  let count = 0;

  function store(type: number, mode: number, body: Buffer): Written {
    count += 1;
    const head = Buffer.alloc(16);
    head.writeUInt16LE(type, 0);
    head.writeUInt16LE(mode, 2);
    head.writeUInt32LE(count, 12);
    const at = sizeOf(inodes);
    inodes.push(head, body);
    return { number: count, type, at };
  }

  function storeFile({ bytes, mode }: Extract<SquashfsFile, { bytes: Uint8Array }>): Written {
    const words = numbers(dataAt, NONE, 0, bytes.length);
    const blocks = Array.from({ length: Math.ceil(bytes.length / BLOCK) }, (_, index) =>
      Buffer.from(bytes.subarray(index * BLOCK, (index + 1) * BLOCK)),
    );
    data.push(...blocks);
    dataAt += bytes.length;
    return store(2, mode, Buffer.concat([words, numbers(...blocks.map(({ length }) => length | PLAIN_BLOCK))]));
  }

  function storeFolder(folder: Folder): Written {
    const children = [...folder]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, node]): [string, Written] => {
        if (node instanceof Map) return [name, storeFolder(node)];
        if ("bytes" in node) return [name, storeFile(node)];
        return [name, store(3, 0o777, Buffer.concat([numbers(1, node.link.length), Buffer.from(node.link, "latin1")]))];
      });
    const at = sizeOf(names);
    // A header for each name: what is shared is saved, and nothing else.
    for (const [name, child] of children) names.push(toEntry(name, child));
    const body = Buffer.alloc(24);
    const { block, offset } = toPlace(at);
    [1, sizeOf(names) - at + 3, block, 0].forEach((value, index) => body.writeUInt32LE(value, 4 * index));
    body.writeUInt16LE(offset, 18);
    body.writeUInt32LE(NONE, 20);
    return store(8, 0o755, body);
  }

  const root = storeFolder(toTree(files));
  const [inodeTable, nameTable, ids] = [cut(inodes), cut(names), cut([Buffer.alloc(4)])];
  const nameAt = dataAt + inodeTable.length;
  const idAt = nameAt + nameTable.length;
  const end = idAt + ids.length + 8;
  const superblock = Buffer.alloc(96, 0xff);
  superblock.write("hsqs", 0, "latin1");
  [count, 0, BLOCK, 0].forEach((value, index) => superblock.writeUInt32LE(value, 4 + 4 * index));
  [1, 17, 0x1 | 0x2 | 0x8, 1, 4, 0].forEach((value, index) => superblock.writeUInt16LE(value, 20 + 2 * index));
  const { block, offset } = toPlace(root.at);
  superblock.writeUInt32LE(block * 0x10000 + offset, 32);
  superblock.writeUInt32LE(0, 36);
  const places: readonly (readonly [number, number])[] = [
    [40, end],
    [48, idAt + ids.length],
    [64, dataAt],
    [72, nameAt],
  ];
  for (const [at, place] of places) superblock.writeBigUInt64LE(BigInt(place), at);
  const pointer = Buffer.alloc(8);
  pointer.writeBigUInt64LE(BigInt(idAt));
  return Buffer.concat([superblock, ...data, inodeTable, nameTable, ids, pointer]);
}

function toTree(files: Readonly<Record<string, SquashfsFile>>): Folder {
  const root: Folder = new Map();
  for (const [path, file] of Object.entries(files)) {
    const parts = path.slice(1).split("/");
    let folder = root;
    for (const part of parts.slice(0, -1)) {
      const next = folder.get(part) ?? new Map<string, Folder | SquashfsFile>();
      if (!(next instanceof Map)) throw new Error(`${path} lies below a file`);
      folder.set(part, next);
      folder = next;
    }
    folder.set(parts.at(-1) ?? "", file);
  }
  return root;
}

function toEntry(name: string, { number, type, at }: Written): Buffer {
  const { block, offset } = toPlace(at);
  const entry = Buffer.alloc(8);
  entry.writeUInt16LE(offset, 0);
  entry.writeUInt16LE(type === 8 ? 1 : type, 4);
  entry.writeUInt16LE(name.length - 1, 6);
  return Buffer.concat([numbers(0, block, number), entry, Buffer.from(name, "latin1")]);
}

/** Where a place of a table is once the table is cut into blocks, each with two bytes in front. */
function toPlace(at: number): { block: number; offset: number } {
  return { block: Math.floor(at / METADATA) * (METADATA + 2), offset: at % METADATA };
}

function cut(parts: readonly Buffer[]): Buffer {
  const whole = Buffer.concat(parts);
  const blocks: Buffer[] = [];
  for (let at = 0; at < whole.length; at += METADATA) {
    const block = whole.subarray(at, at + METADATA);
    const head = Buffer.alloc(2);
    head.writeUInt16LE(block.length | PLAIN_METADATA);
    blocks.push(head, block);
  }
  return Buffer.concat(blocks);
}

function numbers(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, index) => bytes.writeUInt32LE(value, 4 * index));
  return bytes;
}

function sizeOf(parts: readonly Buffer[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}
