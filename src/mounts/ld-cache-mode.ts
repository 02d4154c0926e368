/**
 * Which /etc/ld.so.cache the image's processes meet once everything is mounted: the one that the image ships, one that ldconfig
 * wrote anew with the mounts in place, or none. Writing it anew concerns every program, whatever is mounted: folders that were
 * filled after the image's last ldconfig come in, and links are led to the newest library of their name.
 */
import { LD_CACHE } from "../loader/find-ld-cache.js";
import type { FileFacts } from "../loader/facts.js";
import type { LdCache } from "../loader/ld-cache.js";
import { playLdconfig } from "../loader/ldconfig.js";
import type { RootFilesystem } from "../rootfs/filesystem.js";
import type { Mount } from "../rootfs/overlay.js";
import type { Subject } from "./subject.js";

export type LdCacheMode = "shipped" | "regenerated" | "none";

export interface Recached {
  readonly root: RootFilesystem<FileFacts>;
  readonly cache: { readonly content: LdCache | undefined };
}

/**
 * The root with everything mounted, and the cache that counts there.
 *
 * @param root the image with the mounts on top
 * @param areFoldersWritable whether ldconfig may make and remove links in folders of the host
 * @returns undefined where the cache is what the root itself holds: as shipped, or since nobody there reads it (musl, a glibc with
 *   a cache of its own)
 */
export function recache(
  mode: LdCacheMode,
  subject: Subject,
  root: RootFilesystem<FileFacts>,
  mounts: readonly Mount<FileFacts>[],
  areFoldersWritable: boolean,
): Recached | undefined {
  if (mode === "shipped") return undefined;
  if (mode === "none") return { root, cache: { content: undefined } };
  const identity = subject.like === undefined ? undefined : subject.loader.identityOf(subject.like);
  if (identity?.family !== "glibc" || (identity.cachePath ?? LD_CACHE) !== LD_CACHE) return undefined;
  const isWritable = (folder: string): boolean => !mounts.some((mount) => isInFolder(folder, mount));
  const played = playLdconfig(root, identity, (folder) => areFoldersWritable || isWritable(folder));
  return { root: played.root, cache: { content: played.cache } };
}

function isInFolder(folder: string, { target, source, path }: Mount<FileFacts>): boolean {
  if (source.lookup(path)?.kind !== "directory") return false;
  return folder === target || target === "/" || folder.startsWith(`${target}/`);
}
