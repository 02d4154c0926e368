/**
 * Paths of a root on disk, read as a process chrooted there would see them: each component is looked at in turn, links are kept
 * as links, and the files at their ends are inspected by position, never whole. What may not be looked at is no proof that nothing is
 * there: who runs the container usually may.
 */
import { closeSync, lstatSync, openSync, readdirSync, readlinkSync, readSync, type BigIntStats } from "node:fs";
import { findChangeTimes, identifyFile, type ChangeTimes } from "../disk/file-identity.js";
import { isElf } from "../elf/header.js";
import { findSystemReason, isSystemError } from "../errors.js";
import type { FileFacts } from "../loader/facts.js";
import { fileInspector } from "../loader/inspect.js";
import { MAX_TEXT } from "../loader/read-paths.js";
import type { RootNode } from "../rootfs/filesystem.js";
import { createMemoryRoot } from "../rootfs/memory.js";
import { joinPath, parentPath, splitPath } from "../rootfs/path.js";
import { resolvePath } from "../rootfs/resolve.js";
import { createFileUser, type UseFile } from "./file-source.js";
import type { KnownFiles } from "./known-files.js";

const MAX_LINKS = 40;
const HEAD = 64;
/** where a walk ends that was to find a file and not to read it */
const A_FILE: RootNode<FileFacts> = { kind: "special" };
/** What the system says where nothing is, for a loader as for anybody. */
const IS_NOTHING = new Set(["ENOENT", "ENOTDIR", "ELOOP", "ENAMETOOLONG"]);

export interface FileIdentity {
  /** the same for every path that leads to it */
  readonly file: string;
  readonly isElf: boolean;
}

export interface DiskReader {
  /** What was found so far, by path inside the root. */
  readonly nodes: ReadonlyMap<string, RootNode<FileFacts>>;
  /** Takes in a path with everything on the way to it; returns the node at its end, or undefined where it leads nowhere. */
  add(path: string): Promise<RootNode<FileFacts> | undefined>;
  /** The same of a file that is read for its place, whatever it is called: a link may lead to another name. */
  addText(path: string): Promise<void>;
  /** Says what file a path leads to, and takes in nothing of it: programs can be large, and no library needs them. */
  identify(path: string): Promise<FileIdentity | undefined>;
  /** Takes in a folder and returns the names in it; none where there is no folder, or where it is now one that could not be read. */
  list(path: string): Promise<readonly string[]>;
}

export interface FileReading {
  /** files that need not be read again */
  readonly known?: KnownFiles;
  /** of files: all, or no symbols but those of stacks' libraries, for who only lists what there is */
  readonly depth?: "all" | "stacks";
}

/** @param base the folder on disk that is the root: "/" for the live machine */
export function createDiskReader(base: string, { known, depth = "all" }: FileReading = {}): DiskReader {
  const nodes = new Map<string, RootNode<FileFacts>>();
  const absent = new Set<string>();
  const inodes = new Map<string, RootNode<FileFacts>>();
  /** by device, how its ctimes come about */
  const devices = new Map<string, ChangeTimes | undefined>();
  const useFile = createFileUser();
  const prefix = Buffer.from(base === "/" ? "" : base);
  const onDisk = (path: string): Buffer => Buffer.concat([prefix, Buffer.from(path, "latin1")]);

  async function readNode(path: string): Promise<RootNode<FileFacts> | undefined> {
    const found = nodes.get(path);
    if (found !== undefined || absent.has(path)) return found;
    const node = await inspectNode(path);
    if (node === undefined) absent.add(path);
    else nodes.set(path, node);
    return node;
  }

  async function inspectNode(path: string): Promise<RootNode<FileFacts> | undefined> {
    // No loader comes here: its strings end before.
    if (path.includes("\0")) return undefined;
    let stats: BigIntStats;
    try {
      stats = lstatSync(onDisk(path), { bigint: true });
      if (stats.isSymbolicLink()) return { kind: "symlink", target: readlinkSync(onDisk(path), "latin1") };
    } catch (error) {
      return toUnread(path, error);
    }
    const mode = Number(stats.mode) & 0o7777;
    if (stats.isDirectory()) return { kind: "directory", mode };
    if (!stats.isFile()) return { kind: "special" };
    const inode = inodeOf(stats);
    let node = inodes.get(inode);
    if (node === undefined) {
      node = { kind: "file", size: Number(stats.size), mode, facts: await recall(path, stats) };
      inodes.set(inode, node);
    }
    return node;
  }

  /** What is at a path that could not be looked at: nothing that is known, be it for itself or for the folder that it is in. */
  function toUnread(path: string, error: unknown): RootNode<FileFacts> | undefined {
    if (isNothing(error)) return undefined;
    const reason = toReason(error);
    const folder = parentPath(path);
    if (path === "/" || canEnter(onDisk(folder))) return { kind: "unread", reason };
    markUnread(folder, reason);
    return undefined;
  }

  /** All names of the folder that are not known are from now on unread. */
  function markUnread(folder: string, reason: string): void {
    const node = nodes.get(folder);
    if (node?.kind === "directory" && node.unread === undefined) nodes.set(folder, { ...node, unread: reason });
  }

  async function recall(path: string, stats: BigIntStats): Promise<FileFacts> {
    const identity = known && identifyNow(path, stats);
    const facts = identity === undefined ? undefined : known?.find(path, identity);
    if (facts !== undefined) return facts;
    const read = await readFacts(useFile, path, onDisk(path), depth);
    if (depth === "all" && identity !== undefined && read.kind !== "unread" && identity === identifyAgain(path))
      known?.learn(path, identity, read);
    return read;
  }

  function identifyNow(path: string, stats: BigIntStats): string | undefined {
    const device = String(stats.dev);
    if (!devices.has(device)) devices.set(device, findChangeTimes(onDisk(path)));
    const times = devices.get(device);
    return times && identifyFile(stats, times);
  }

  /** Of a file that was replaced, or written to, while it was read, nobody knows what was read. */
  function identifyAgain(path: string): string | undefined {
    try {
      return identifyNow(path, lstatSync(onDisk(path), { bigint: true }));
    } catch {
      return undefined;
    }
  }

  const add = (path: string): Promise<RootNode<FileFacts> | undefined> => follow(path, readNode);

  async function identify(path: string): Promise<FileIdentity | undefined> {
    let found: FileIdentity | undefined;
    const end = await follow(path, async (next) => {
      const stats = findStats(onDisk(next));
      if (stats?.isFile() !== true) return readNode(next);
      found = { file: inodeOf(stats), isElf: startsAsElf(onDisk(next)) };
      return A_FILE;
    });
    return end === A_FILE ? found : undefined;
  }

  /** Walks a path as the system does, through what `read` finds on the way. */
  async function follow(path: string, read: typeof readNode): Promise<RootNode<FileFacts> | undefined> {
    const pending = splitPath(path).reverse();
    let current = "/";
    let node = await readNode("/");
    for (let links = 0; pending.length > 0;) {
      const part = pending.pop() as string;
      if (node?.kind !== "directory") return undefined;
      const next = part === ".." ? parentPath(current) : joinPath(current, part);
      node = await read(next);
      if (node?.kind === "symlink") {
        links += 1;
        if (links > MAX_LINKS) return undefined;
        if (node.target.startsWith("/")) current = "/";
        pending.push(...splitPath(node.target).reverse());
        node = nodes.get(current);
      } else {
        current = next;
      }
    }
    return node;
  }

  async function addText(path: string): Promise<void> {
    const node = await add(path);
    if (node?.kind !== "file" || node.facts !== fileInspector.skipped) return;
    const names = [...nodes].filter(([, one]) => one === node).map(([name]) => name);
    const [first] = names;
    if (first === undefined) return;
    const text = { ...node, facts: await readFacts(useFile, first, onDisk(first), "text") };
    for (const name of names) nodes.set(name, text);
    for (const [inode, one] of inodes) if (one === node) inodes.set(inode, text);
  }

  return {
    nodes,
    add,
    addText,
    identify,
    async list(path) {
      if ((await add(path))?.kind !== "directory") return [];
      try {
        return readdirSync(onDisk(path), { encoding: "latin1" }).sort();
      } catch (error) {
        const real = resolvePath(createMemoryRoot(nodes), path)?.path;
        if (!isNothing(error) && real !== undefined) markUnread(real, toReason(error));
        return [];
      }
    },
  };
}

/** What a file holds; a file that may not be read is said to be unread, with the reason. */
async function readFacts(
  useFile: UseFile,
  path: string,
  onDisk: Buffer,
  how: "text" | "all" | "stacks",
): Promise<FileFacts> {
  let file: number;
  try {
    file = openSync(onDisk, "r");
  } catch (error) {
    return fileInspector.unread(toReason(error));
  }
  try {
    return await useFile(file, async (source) => {
      const head = new Uint8Array(source.read(0, Math.min(HEAD, source.size)));
      if (how === "text" && source.size > MAX_TEXT) return fileInspector.unread(`it has ${source.size} bytes`);
      return how === "text" || fileInspector.wants(path, head, source.size)
        ? fileInspector.inspect(path, source, how === "stacks" ? "stacks" : "all")
        : fileInspector.skipped;
    });
  } catch (error) {
    return fileInspector.unread(toReason(error));
  } finally {
    closeSync(file);
  }
}

function findStats(onDisk: Buffer): BigIntStats | undefined {
  try {
    return lstatSync(onDisk, { bigint: true });
  } catch {
    return undefined;
  }
}

function inodeOf({ dev, ino }: BigIntStats): string {
  return `${String(dev)}:${String(ino)}`;
}

/** One that may not be read is taken for what programs are. */
function startsAsElf(onDisk: Buffer): boolean {
  try {
    const file = openSync(onDisk, "r");
    try {
      const head = new Uint8Array(4);
      return readSync(file, head, 0, head.length, 0) === head.length && isElf(head);
    } finally {
      closeSync(file);
    }
  } catch {
    return true;
  }
}

function isNothing(error: unknown): boolean {
  return isSystemError(error) && error.code !== undefined && IS_NOTHING.has(error.code);
}

/** Whether the names in a folder can be looked at, one by one. */
function canEnter(folder: Buffer): boolean {
  try {
    lstatSync(Buffer.concat([folder, Buffer.from("/.")]));
    return true;
  } catch {
    return false;
  }
}

/** Why a file cannot be read. Anything but a word of the system is a fault of this program, and must not pass for a property of the host. */
function toReason(error: unknown): string {
  const reason = findSystemReason(error);
  if (reason === undefined) throw error;
  return reason;
}
