/**
 * What a host's loader could reach, read from disk: its cache and configuration, its interpreters, every library in the folders
 * that it searches, and what those libraries find through folders of their own. Nothing else of the host is looked at.
 */
import type { ElfObject } from "../elf/object.js";
import { ContainerspecError } from "../errors.js";
import type { FileFacts } from "../loader/facts.js";
import { defaultFolders, KNOWN_MACHINES } from "../loader/machine.js";
import { findText, readLdConf } from "../loader/ld-conf.js";
import { findLdCache, LD_CACHE } from "../loader/find-ld-cache.js";
import { fileInspector } from "../loader/inspect.js";
import { MUSL_PATH } from "../loader/read-paths.js";
import { isLibraryName } from "../loader/library-name.js";
import { readMuslFolders } from "../loader/musl-identity.js";
import { parseSearchPath } from "../loader/search-path.js";
import { createMemoryRoot } from "../rootfs/memory.js";
import { joinPath, parentPath, toDisplayPath } from "../rootfs/path.js";
import { unreadReason, type RootFilesystem } from "../rootfs/filesystem.js";
import { resolvePath } from "../rootfs/resolve.js";
import { listRuntimePaths, type FoundProgram } from "../stacks/runtimes.js";
import { createDiskReader, type DiskReader, type FileReading } from "./disk-reader.js";
import { scanCompanions } from "./scan-companions.js";

const TEXTS = ["/etc/ld.so.conf", "/etc/ld.so.preload", "/etc/os-release", "/usr/lib/os-release"];
const IS_MUSL_LOADER = /^ld-musl-.*\.so\.1$/;
const NOTHING = new Uint8Array(0);
/** More files than a folder of libraries has. */
const MAX_TREE = 100_000;

export interface ScannedRoot {
  readonly root: RootFilesystem<FileFacts>;
  /** folders beside libraries that it holds with all that is in them */
  readonly whole: readonly string[];
  /** programs that start containers, as far as their names tell */
  readonly programs: readonly FoundProgram[];
}

/**
 * Reads the libraries of the root at `base`.
 *
 * @param folders more folders to look for libraries in, which the user named
 * @param trees files, and folders with all that is in them, which the user wants mounted
 * @param reading how files are read
 * @throws ContainerspecError limit-exceeded for a tree that is no set of libraries but half a machine; file-not-found for one of
 *   `folders` and `trees` that cannot be read
 */
export async function scanRoot(
  base: string,
  folders: readonly string[],
  trees: readonly string[],
  reading?: FileReading,
): Promise<ScannedRoot> {
  const disk = createDiskReader(base, reading);
  await disk.add(LD_CACHE);
  for (const path of TEXTS) await disk.addText(path);
  for (const name of await disk.list("/etc")) if (MUSL_PATH.test(name)) await disk.addText(joinPath("/etc", name));
  await addConfFiles(disk);
  const root = createMemoryRoot(disk.nodes);
  for (const entries of findLdCache(root)?.entries.values() ?? []) for (const { path } of entries) await disk.add(path);
  const searched = new Set([...readLdConf(root), ...(await addInterpreters(disk)), ...folders]);
  for (const folder of searched) await addFolder(disk, folder);
  for (const tree of [...folders, ...trees]) await addTree(disk, tree);
  await addPrivateFolders(disk);
  const whole = await scanCompanions(disk, searched);
  const programs: FoundProgram[] = [];
  for (const path of listRuntimePaths()) {
    const found = await disk.identify(path);
    if (found !== undefined) programs.push({ path, ...found });
  }
  return { root: createMemoryRoot(disk.nodes), whole, programs };
}

/** A file, or a folder with everything below it: a link to it is followed, those in it are taken as they are. */
async function addTree(disk: DiskReader, path: string): Promise<void> {
  const named = await disk.add(path);
  if (named?.kind === "file" && named.facts.kind === "unread") throw cannotRead(path, named.facts.reason);
  const real = resolvePath(createMemoryRoot(disk.nodes), path)?.path ?? path;
  const pending = [real];
  for (let count = 0; pending.length > 0; count += 1) {
    if (count > MAX_TREE) {
      throw new ContainerspecError(
        "limit-exceeded",
        `Cannot read ${toDisplayPath(path)} of the host: it holds more than ${MAX_TREE} files; name the folders that are really needed`,
      );
    }
    const next = pending.pop() as string;
    const node = await disk.add(next);
    // Mounted, it may come to lie where a loader reads it: a file by itself, or one that a folder has under such a name.
    if (next === real || fileInspector.wants(next, NOTHING, 0)) await disk.addText(next);
    if (node?.kind !== "directory" || disk.nodes.get(next)?.kind === "symlink") continue;
    pending.push(...(await disk.list(next)).map((name) => joinPath(next, name)));
  }
  // What lies deeper and could not be read is a question where a search passes it.
  const reason = unreadReason(resolvePath(createMemoryRoot(disk.nodes), path)?.node);
  if (reason !== undefined) throw cannotRead(path, reason);
}

/** What a user named must be read: without it there is nothing to judge. */
function cannotRead(path: string, reason: string): ContainerspecError {
  return new ContainerspecError(
    "file-not-found",
    `Cannot read ${toDisplayPath(path)} of the host: ${reason}; run as somebody who may, or let them write a profile: containerspec host --folder`,
    { path: toDisplayPath(path) },
  );
}

/** The files that /etc/ld.so.conf may include, and those that they may. */
async function addConfFiles(disk: DiskReader): Promise<void> {
  const pending = ["/etc/ld.so.conf"];
  for (const path of pending) {
    const text = findText(createMemoryRoot(disk.nodes), path) ?? "";
    const lines = [...text.matchAll(/^[ \t]*include[ \t]+(.+)$/gm)].map((match) => match[1] as string);
    for (const pattern of lines.flatMap((line) => line.trim().split(/[ \t]+/))) {
      const folder = parentPath(pattern.startsWith("/") ? pattern : joinPath(parentPath(path), pattern));
      for (const name of await disk.list(folder)) {
        const file = joinPath(folder, name);
        if (!name.endsWith(".conf") || pending.includes(file)) continue;
        await disk.addText(file);
        pending.push(file);
      }
    }
  }
}

/** The interpreters that are there, and the folders that each searches last. */
async function addInterpreters(disk: DiskReader): Promise<string[]> {
  const folders: string[] = [];
  for (const machine of KNOWN_MACHINES) {
    const node = await disk.add(machine.interp);
    if (node?.kind !== "file" || node.facts.kind !== "elf") continue;
    for (const path of [`/lib/${machine.triplet}`, `/usr/lib/${machine.triplet}`]) await disk.add(path);
    const isFolder = (path: string): boolean => disk.nodes.get(path)?.kind === "directory";
    folders.push(...(node.facts.strings?.defaultFolders ?? defaultFolders(machine, isFolder)));
  }
  const musl = (await disk.list("/lib")).filter((name) => IS_MUSL_LOADER.test(name));
  for (const name of musl) {
    const path = joinPath("/lib", name);
    await disk.add(path);
    folders.push(
      ...readMuslFolders(createMemoryRoot(disk.nodes), path, undefined).map((folder) =>
        joinPath("/", folder.replace(/^\/+|\/+$/g, "")),
      ),
    );
  }
  return folders;
}

async function addFolder(disk: DiskReader, folder: string): Promise<void> {
  for (const name of await disk.list(folder)) {
    if (isLibraryName(name)) await disk.add(joinPath(folder, name));
    if (name === "glibc-hwcaps") {
      for (const level of await disk.list(joinPath(folder, name)))
        await addFolder(disk, joinPath(joinPath(folder, name), level));
    }
  }
}

/** Libraries that others find through RPATH and RUNPATH, until nothing new appears. */
async function addPrivateFolders(disk: DiskReader): Promise<void> {
  const seen = new Set<ElfObject>();
  for (let found = true; found;) {
    found = false;
    for (const [path, node] of [...disk.nodes]) {
      if (node.kind !== "file" || node.facts.kind !== "elf" || seen.has(node.facts.elf)) continue;
      const { elf } = node.facts;
      seen.add(elf);
      found = true;
      const text = elf.runpath ?? elf.rpath;
      if (text === undefined) continue;
      for (const folder of parseSearchPath(text, ":", { ORIGIN: parentPath(path) }, { workingFolder: "/" })) {
        for (const name of elf.needed) await disk.add(joinPath(folder, name));
      }
    }
  }
}
