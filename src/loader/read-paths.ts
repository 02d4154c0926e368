/**
 * Where a loader, or the analysis, looks for a file by its place: it may lie there under another name, behind a link or as another
 * name of its inode. An image's files are read while they pass, and those that turn out to lie here are read again.
 */
import { joinPath } from "../rootfs/path.js";
import type { RootFilesystem } from "../rootfs/filesystem.js";
import { resolvePath } from "../rootfs/resolve.js";
import { walk } from "../rootfs/walk.js";
import { LD_CACHE } from "./find-ld-cache.js";
import type { FileFacts } from "./facts.js";
import { listConfFiles } from "./ld-conf.js";

/** More than any text has that tells a loader something. */
export const MAX_TEXT = 1 << 20;
/** More than the cache of any system has; a full desktop comes to 200 kB. */
export const MAX_CACHE = 64 << 20;
/** Names of the text that tells musl's loader what to search, in the etc/ beside the folder that the loader is in. */
export const MUSL_PATH = /^ld-musl-.*\.path$/;

export interface LoaderPath {
  readonly path: string;
  readonly maxBytes: number;
  readonly isRequired: boolean;
  readonly isKnownByHead?: true;
}

/** The places of a root that count. */
export function listReadPaths(root: RootFilesystem<FileFacts>): readonly LoaderPath[] {
  const texts = ["/etc/ld.so.preload", ...listMuslPaths(root)];
  return [
    { path: LD_CACHE, maxBytes: MAX_CACHE, isRequired: true, isKnownByHead: true },
    ...texts.map((path) => ({ path, maxBytes: MAX_TEXT, isRequired: true })),
    ...[...listConfFiles(root), "/etc/os-release", "/usr/lib/os-release"].map((path) => ({
      path,
      maxBytes: MAX_TEXT,
      isRequired: false,
    })),
  ];
}

function* listMuslPaths(root: RootFilesystem<FileFacts>): Generator<string> {
  for (const folder of new Set(["/etc", ...listEtcFolders(root)])) {
    const real = resolvePath(root, folder)?.path;
    const names = real === undefined ? [] : root.list(real);
    for (const name of names) if (MUSL_PATH.test(name)) yield joinPath(folder, name);
  }
}

/** A loader of another prefix than "/" has an etc/ of its own (Nix, Spack). */
function* listEtcFolders(root: RootFilesystem<FileFacts>): Generator<string> {
  for (const { path, node } of walk(root)) {
    if ((node.kind === "directory" || node.kind === "symlink") && path.endsWith("/etc")) yield path;
  }
}
