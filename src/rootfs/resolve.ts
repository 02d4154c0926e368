/**
 * Following links inside a root, as a process chrooted there would: an absolute target starts again at the root, `..` never
 * leaves it, and each component is followed in turn (a purely lexical `a/b/..` is wrong when `b` is a link).
 * Mirrors path_resolution(7).
 */
import type { RootFilesystem, RootNode } from "./filesystem.js";
import { baseName, joinPath, parentPath, splitPath } from "./path.js";

/** Linux follows at most this many links in one resolution (MAXSYMLINKS), then fails with ELOOP. */
const MAX_LINKS = 40;

export interface Resolved<Facts> {
  /** the canonical path: no links, no `..` */
  readonly path: string;
  readonly node: RootNode<Facts>;
}

/**
 * The node that `path` leads to once every link is followed (stat(2)), or undefined where it leads nowhere: a missing
 * component, a file used as a folder, an empty link, or more than 40 links. What nobody has read may lead on: whatever path leads
 * through it ends there.
 */
export function resolvePath<Facts>(root: RootFilesystem<Facts>, path: string): Resolved<Facts> | undefined {
  const pending = splitPath(path).reverse();
  let current = "/";
  let node = root.lookup("/");
  let links = 0;
  while (pending.length > 0) {
    if (node?.kind === "unread") return { path: current, node };
    const part = pending.pop() as string;
    if (node?.kind !== "directory") return undefined;
    if (part === "..") {
      current = parentPath(current);
      node = root.lookup(current);
      continue;
    }
    const next = joinPath(current, part);
    node = root.lookup(next);
    if (node === undefined) return undefined;
    if (node.kind !== "symlink") {
      current = next;
      continue;
    }
    links += 1;
    if (links > MAX_LINKS || node.target === "") return undefined;
    if (node.target.startsWith("/")) current = "/";
    pending.push(...splitPath(node.target).reverse());
    node = root.lookup(current);
  }
  return node === undefined ? undefined : { path: current, node };
}

/** Whether a path leads nowhere because its links go round in a circle, or are too many: ELOOP of open(2). */
export function isLinkLoop(root: RootFilesystem<unknown>, path: string): boolean {
  let current = path;
  for (let links = 0; links <= MAX_LINKS; links += 1) {
    const folder = resolvePath(root, parentPath(current))?.path;
    const node = folder === undefined ? undefined : root.lookup(joinPath(folder, baseName(current)));
    if (folder === undefined || node?.kind !== "symlink") return false;
    current = node.target.startsWith("/") ? node.target : joinPath(folder, node.target);
  }
  return true;
}
