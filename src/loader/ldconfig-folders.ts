/**
 * The folders that ldconfig looks through, in order: those of /etc/ld.so.conf, then the ones that it was built with and their
 * siblings for the other word sizes, each followed by its glibc-hwcaps subfolders. A folder that was met before, under whatever
 * name, counts once, by its first name. Folders for certain hardware come last of all, as they are found while the others are read.
 * Mirrors main, add_dir_1, add_single_dir, add_glibc_hwcaps_subdirectories and path_hwcap of elf/ldconfig.c, and add_system_dir
 * of the ports' dl-cache.h.
 */
import {
  EM_AARCH64,
  EM_LOONGARCH,
  EM_MIPS,
  EM_PPC64,
  EM_RISCV,
  EM_S390,
  EM_SPARCV9,
  EM_X86_64,
} from "../elf/machine-numbers.js";
import type { RootFilesystem } from "../rootfs/filesystem.js";
import { baseName, joinPath, parentPath } from "../rootfs/path.js";
import { resolvePath } from "../rootfs/resolve.js";
import type { FileFacts } from "./facts.js";
import { hardwareBitsOf } from "./hardware-folders.js";
import { isAtLeast, isOlderThan, type LoaderIdentity } from "./identity.js";
import type { LdCacheEntry } from "./ld-cache.js";
import { readLdConf } from "./ld-conf.js";

export interface IndexedFolder {
  /** as entries of the cache name it */
  readonly path: string;
  /** without links on the way */
  readonly real: string;
  readonly hwcaps: LdCacheEntry["hwcaps"];
}

/** What the last part of a system folder may be, beside `lib`, for each machine: the one that it is makes all be looked through. */
const SIBLINGS: ReadonlyMap<number, readonly string[]> = new Map([
  [EM_X86_64, ["lib64", "libx32"]],
  [EM_AARCH64, ["lib64", "libilp32"]],
  [EM_PPC64, ["lib64"]],
  [EM_S390, ["lib64"]],
  [EM_SPARCV9, ["lib64"]],
  [EM_MIPS, ["lib32", "lib64"]],
  [EM_RISCV, ["lib64/lp64d", "lib64/lp64", "lib32/ilp32d", "lib32/ilp32"]],
  [EM_LOONGARCH, ["lib64", "lib64/sf"]],
]);

/** /lib/x86_64-linux-gnu */
const MULTIARCH = /\/lib\/[^/]+-linux-[^/]+$/;

/** The folders in order; to be taken one by one, since links that are made in one may lead to the next. */
export function* listIndexedFolders(
  root: RootFilesystem<FileFacts>,
  identity: LoaderIdentity,
): Generator<IndexedFolder> {
  const seen = new Set<string>();
  const listed: IndexedFolder[] = [];
  for (const path of [...readLdConf(root), ...listSystemFolders(identity)]) {
    const real = findNewFolder(root, path, seen);
    if (real === undefined) continue;
    listed.push({ path, real, hwcaps: toHwcaps(identity, path) }, ...listBetterFolders(root, identity, path, seen));
  }
  for (const folder of listed) {
    yield folder;
    if (folder.hwcaps.kind !== "glibc-hwcaps") listed.push(...listHardwareFolders(root, identity, folder, seen));
  }
}

/** Debian's multiarch folders have no siblings, and its ldconfig looks for none: /lib64 is only where programs expect the loader. */
function listSystemFolders({ folders, abi }: LoaderIdentity): readonly string[] {
  if (folders.some((folder) => MULTIARCH.test(folder))) return folders;
  const siblings = SIBLINGS.get(abi.machine) ?? [];
  return folders.flatMap((folder) => {
    const own = ["lib", ...siblings]
      .filter((name) => folder.endsWith(`/${name}`))
      .sort((a, b) => b.length - a.length)[0];
    if (own === undefined || siblings.length === 0) return folder;
    const base = folder.slice(0, -own.length);
    return ["lib", ...siblings].map((name) => `${base}${name}`);
  });
}

/** The canonical path of a folder that was not met before; one that nobody has read may be one, too. */
function findNewFolder(root: RootFilesystem<FileFacts>, path: string, seen: Set<string>): string | undefined {
  const found = resolvePath(root, path);
  if (found === undefined || seen.has(found.path)) return undefined;
  if (found.node.kind !== "directory" && found.node.kind !== "unread") return undefined;
  seen.add(found.path);
  return found.path;
}

/** Since 2.33 folders below glibc-hwcaps, whatever they are called; hidden ones aside, and those that no path could name. */
function listBetterFolders(
  root: RootFilesystem<FileFacts>,
  { version }: LoaderIdentity,
  folder: string,
  seen: Set<string>,
): readonly IndexedFolder[] {
  if (isOlderThan(version, 2, 33)) return [];
  const all = joinPath(folder, "glibc-hwcaps");
  return root
    .list(resolvePath(root, all)?.path ?? all)
    .filter((name) => !name.startsWith(".") && !name.includes(":"))
    .flatMap((name): IndexedFolder[] => {
      const path = joinPath(all, name);
      const real = findNewFolder(root, path, seen);
      return real === undefined ? [] : [{ path, real, hwcaps: { kind: "glibc-hwcaps", name } }];
    });
}

function listHardwareFolders(
  root: RootFilesystem<FileFacts>,
  identity: LoaderIdentity,
  { path: folder, real: from }: IndexedFolder,
  seen: Set<string>,
): readonly IndexedFolder[] {
  return root.list(from).flatMap((name): IndexedFolder[] => {
    if (hardwareBitsOf(identity, [name]) === undefined) return [];
    const path = joinPath(folder, name);
    const real = findNewFolder(root, path, seen);
    return real === undefined ? [] : [{ path, real, hwcaps: toHwcaps(identity, path) }];
  });
}

/** What a folder's own name says, and those above it as far as they are words for hardware too. */
function toHwcaps(identity: LoaderIdentity, path: string): LdCacheEntry["hwcaps"] {
  const words: string[] = [];
  for (let at = path; hardwareBitsOf(identity, [baseName(at)]) !== undefined; at = parentPath(at))
    words.push(baseName(at));
  const bits = hardwareBitsOf(identity, words);
  return bits === undefined || isAtLeast(identity.version, 2, 37) ? { kind: "none" } : { kind: "hardware", bits };
}
