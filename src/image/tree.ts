/**
 * A file tree while layers are put on it. Every path has one node, folders know the names they hold, and removing a folder
 * removes what is below it.
 */
import type { RootNode } from "../rootfs/filesystem.js";
import { baseName, joinPath, parentPath } from "../rootfs/path.js";

export interface Tree<Facts> {
  get(path: string): RootNode<Facts> | undefined;
  /** Puts a node at a path whose parent is a folder; a folder over a folder keeps what is in it, everything else is replaced. */
  put(path: string, node: RootNode<Facts>): void;
  /** Removes a path and all that is below it; a path that is not there is none of our business. */
  remove(path: string): void;
  names(folder: string): Iterable<string>;
  /** Every path with its node, in the order in which they came. */
  entries(): Iterable<readonly [string, RootNode<Facts>]>;
}

const ROOT_FOLDER = { kind: "directory", mode: 0o755 } as const;

export function createTree<Facts>(): Tree<Facts> {
  const nodes = new Map<string, RootNode<Facts>>([["/", ROOT_FOLDER]]);
  const children = new Map<string, Set<string>>();

  function remove(path: string): void {
    if (nodes.get(path)?.kind === "directory") removeBelow(path);
    nodes.delete(path);
    children.get(parentPath(path))?.delete(baseName(path));
  }

  function removeBelow(folder: string): void {
    for (const name of children.get(folder) ?? []) {
      const path = joinPath(folder, name);
      if (nodes.get(path)?.kind === "directory") removeBelow(path);
      nodes.delete(path);
    }
    children.delete(folder);
  }

  return {
    get: (path) => nodes.get(path),
    put(path, node) {
      const old = nodes.get(path);
      if (old?.kind === "directory" && node.kind !== "directory") removeBelow(path);
      nodes.set(path, node);
      if (old !== undefined || path === "/") return;
      const folder = parentPath(path);
      const names = children.get(folder);
      if (names === undefined) children.set(folder, new Set([baseName(path)]));
      else names.add(baseName(path));
    },
    remove,
    names: (folder) => children.get(folder) ?? [],
    entries: () => nodes,
  };
}
