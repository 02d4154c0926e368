/**
 * The libraries that a host's loader knows: one a name, which is a key of ld.so.cache or the name of a `*.so*` file in a folder
 * that the loader searches. Among files of one name it is the one that this loader takes.
 */
import type { ElfObject } from "../elf/object.js";
import { acceptsFlags } from "../loader/cache-lookup.js";
import { findLdCache } from "../loader/find-ld-cache.js";
import type { FileFacts } from "../loader/facts.js";
import { abiOf } from "../loader/identity.js";
import { isLibraryName } from "../loader/library-name.js";
import type { Loader } from "../loader/loader.js";
import type { FileNode, RootFilesystem } from "../rootfs/filesystem.js";
import { resolvePath } from "../rootfs/resolve.js";

export interface HostLibrary {
  readonly name: string;
  /** as the loader finds it */
  readonly path: string;
  /** with links followed */
  readonly realPath: string;
  readonly node: FileNode<FileFacts>;
  readonly elf: ElfObject;
}

/**
 * The library table for objects like `like`, sorted by name.
 *
 * @param folders more folders whose libraries the user wants judged, searched after all others
 */
export function listLibraries(
  root: RootFilesystem<FileFacts>,
  loader: Loader,
  like: ElfObject,
  folders: readonly string[] = [],
): readonly HostLibrary[] {
  const names = new Set<string>();
  const abi = abiOf(like);
  for (const [name, entries] of findLdCache(root)?.entries ?? []) {
    if (entries.some(({ flags }) => acceptsFlags(abi, flags))) names.add(name);
  }
  const searched = loader.identityOf(like)?.folders ?? [];
  for (const folder of searched) for (const name of listFolder(root, folder)) names.add(name);
  const found = [...names].flatMap((name): HostLibrary[] => {
    const result = loader.findPlain(name, like);
    return result.kind === "found"
      ? [{ name, path: result.path, realPath: result.realPath, node: result.node, elf: result.elf }]
      : [];
  });
  const more = folders.flatMap((folder) =>
    listFolder(root, folder).flatMap((name) => findIn(root, folder, name, like)),
  );
  const extra = more.filter(({ name }) => !names.has(name));
  return [...found, ...extra].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function listFolder(root: RootFilesystem<FileFacts>, folder: string): readonly string[] {
  const real = resolvePath(root, folder)?.path;
  return real === undefined ? [] : root.list(real).filter((name) => isLibraryName(name));
}

/** A library in a folder that the loader does not search by itself. */
function findIn(root: RootFilesystem<FileFacts>, folder: string, name: string, like: ElfObject): HostLibrary[] {
  const path = `${folder}/${name}`;
  const resolved = resolvePath(root, path);
  if (resolved?.node.kind !== "file" || resolved.node.facts.kind !== "elf") return [];
  const { elf } = resolved.node.facts;
  if (elf.machine !== like.machine || elf.class !== like.class) return [];
  return [{ name, path, realPath: resolved.path, node: resolved.node, elf }];
}
