/**
 * A squashfs file system to LayerFacts: what scanLayer is for a tar. As a root, nothing in it hides anything; as a layer, what Linux'
 * overlayfs obeys does: a character device 0/0, and the attribute of an opaque folder. A name that begins with `.wh.` is a name
 * like any other in both. Two names of one inode are a file and a hardlink to it.
 */
import { joinPath, toDisplayPath } from "../../rootfs/path.js";
import { PartNotKept } from "../file-body.js";
import { grantsCapabilities, isOpaque, OPAQUE, remarkOnOverlay } from "../attributes.js";
import type { ImageSection } from "../image-section.js";
import { limitsOf, type FileInspector } from "../inspector.js";
import type { LayerEntry, LayerFacts, LayerRemark } from "../layer-facts.js";
import { describeLimit, findPathExcess } from "../limits.js";
import { createAttributes, type AttributeMap } from "./attributes.js";
import { createBlockReader } from "./block-reader.js";
import { readDirectory, type DirectoryEntry } from "./directory.js";
import { createFileData } from "./file-data.js";
import { createFragments } from "./fragments.js";
import { createOwners } from "./owners.js";
import { readInode, type DirectoryInode, type FileInode, type Inode } from "./inode.js";
import { readSuperblock, type Superblock } from "./superblock.js";

const HEAD = 64;

export interface ScannedSquashfs<Facts> {
  readonly facts: LayerFacts<Facts>;
  readonly compression: Superblock["compression"];
}

/** Whether a file system is all that there is, or lies over others. */
export type SquashfsUse = "root" | "layer";

/** Reads the file system that a section holds. @throws ContainerspecError corrupt-image, unsupported-image, limit-exceeded */
export async function scanSquashfs<Facts>(
  section: ImageSection,
  inspector: FileInspector<Facts>,
  use: SquashfsUse,
): Promise<ScannedSquashfs<Facts>> {
  const superblock = await readSuperblock(section);
  const limits = limitsOf(inspector);
  const blocks = createBlockReader(section, superblock, limits);
  const [fragments, attributes, owners] = [createFragments(blocks), createAttributes(blocks), createOwners(blocks)];
  const known = createKnownInodes(section);
  const entries: LayerEntry<Facts>[] = [];
  const remarks: LayerRemark[] = [];
  const whiteouts = new Set<string>();

  async function inspect(path: string, file: FileInode): Promise<Facts> {
    const data = createFileData(blocks, fragments, file);
    const head = await data.head(HEAD);
    if (!inspector.wants(path, head, file.size)) return inspector.skipped;
    try {
      return await inspector.inspect(path, await data.body(inspector.findParts));
    } catch (error) {
      if (!(error instanceof PartNotKept)) throw error;
      return inspector.inspect(path, await createFileData(blocks, fragments, file).body());
    }
  }

  /** What is larger than what may be read, by its holes perhaps, has no digest. */
  async function hash(file: FileInode): Promise<{ readonly digest?: string }> {
    if (inspector.hashesContent !== true || file.size > limits.bodyBytes) return {};
    return { digest: await createFileData(blocks, fragments, file).digest() };
  }

  async function toEntry(path: string, inode: Inode, set: AttributeMap): Promise<LayerEntry<Facts>> {
    const { kind, mode } = inode;
    const owner = await owners.read(inode);
    switch (kind) {
      case "directory":
        return { kind, path, mode, ...owner };
      case "symlink":
        return { kind, path, target: inode.target, ...owner };
      case "special":
        return { kind, path, device: inode.device, ...(inode.isNullDevice ? { isNullDevice: true } : {}), ...owner };
      case "file":
        return {
          kind,
          path,
          mode,
          size: inode.size,
          facts: await inspect(path, inode),
          ...(await hash(inode)),
          ...(grantsCapabilities(set) ? { isPrivileged: true } : {}),
          ...owner,
        };
    }
  }

  /** Reads what one name stands for; a folder is returned, to be listed later. */
  async function add(path: string, entry: DirectoryEntry): Promise<DirectoryInode | undefined> {
    const first = known.find(entry, path);
    if (first !== undefined) {
      inspector.countEntry?.(path, first);
      entries.push(whiteouts.has(first) ? { kind: "whiteout", path } : { kind: "hardlink", path, target: first });
      return undefined;
    }
    const { inode, type } = await readInode(blocks, entry.place);
    if (type !== entry.type)
      throw section.error("corrupt-image", `${toDisplayPath(path)} has the type ${entry.type}, its inode ${type}`, 0);
    if (inode.number !== entry.number)
      throw section.error(
        "corrupt-image",
        `${toDisplayPath(path)} has the inode number ${entry.number}, its inode ${inode.number}`,
        0,
      );
    inspector.countEntry?.(path, inode.kind === "symlink" ? inode.target : "");
    const set = await attributes.read(inode.attributes);
    const isNullDevice = inode.kind === "special" && inode.isNullDevice;
    if (use === "layer" && isNullDevice) {
      whiteouts.add(path);
      entries.push({ kind: "whiteout", path });
      return undefined;
    }
    entries.push(await toEntry(path, inode, set));
    if (use === "layer" && inode.kind === "directory" && isOpaque(set)) {
      entries.push({ kind: "opaque", path });
      remarks.push(...remarkOnOverlay(false, new Map([...set].filter(([name]) => name !== OPAQUE)), path));
    } else {
      remarks.push(...remarkOnOverlay(isNullDevice, set, path));
    }
    return inode.kind === "directory" ? inode : undefined;
  }

  const { inode: root } = await readInode(blocks, superblock.rootInode);
  if (root.kind !== "directory")
    throw section.error("corrupt-image", `the root of its squashfs is a ${root.kind}, where only a folder can be`, 0);
  // Whether the root of a layer hides all lower ones is told neither by its attribute nor by anything else.
  if (use === "layer") remarks.push(...remarkOnOverlay(false, await attributes.read(root.attributes), "/"));
  known.find({ place: superblock.rootInode, number: root.number, type: 1 }, "/");
  const pending: { path: string; folder: DirectoryInode }[] = [{ path: "/", folder: root }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    for await (const entry of readDirectory(blocks, next.folder)) {
      const path = joinPath(next.path, entry.name);
      const excess = findPathExcess(path, limits);
      if (excess !== undefined) throw section.error("limit-exceeded", `found ${excess}`, 0);
      if (entries.length >= limits.entries)
        throw section.error("limit-exceeded", `found too many entries, and ${describeLimit(limits, "entries")}`, 0);
      const folder = await add(path, entry);
      if (folder !== undefined) pending.push({ path, folder });
    }
  }
  return { facts: { entries, remarks }, compression: superblock.compression };
}

/**
 * Inodes by their places. The kernel knows an inode by the number that its name tells, and takes the one that it has met first: a
 * number that means two inodes is refused, a type that two names tell differently, and a folder that lies in two places, as in itself.
 */
function createKnownInodes(section: ImageSection) {
  const places = new Map<number, { readonly path: string; readonly type: number }>();
  const numbers = new Map<number, number>();
  return {
    /** The path at which an inode was met before. @throws ContainerspecError corrupt-image */
    find({ place, number, type }: Omit<DirectoryEntry, "name">, path: string): string | undefined {
      const reference = place.block * 0x10000 + place.offset;
      const other = numbers.get(number);
      if (other !== undefined && other !== reference)
        throw section.error(
          "corrupt-image",
          `${toDisplayPath(path)} has the inode number ${number} of another file`,
          0,
        );
      numbers.set(number, reference);
      const first = places.get(reference);
      if (first === undefined) {
        places.set(reference, { path, type });
        return undefined;
      }
      if (type !== first.type)
        throw section.error("corrupt-image", `${toDisplayPath(path)} has the type ${type}, its inode ${first.type}`, 0);
      if (type === 1)
        throw section.error(
          "corrupt-image",
          `${toDisplayPath(path)} is the same folder as ${toDisplayPath(first.path)}`,
          0,
        );
      return first.path;
    },
  };
}
