/** A root filesystem in which somebody makes and removes links: what ldconfig does to the folders that it looks through. */
import type { RootFilesystem, RootNode, SymlinkNode } from "./filesystem.js";
import { baseName, parentPath } from "./path.js";

export interface LinkedRoot<Facts> extends RootFilesystem<Facts> {
  /** Puts a link at a path, in the place of what is there; its folder exists, and there are no links on the way. */
  link(path: string, target: string): void;
  /** Takes away what is at a path. */
  unlink(path: string): void;
}

/** `lower`, which itself stays as it is. */
export function createLinkedRoot<Facts>(lower: RootFilesystem<Facts>): LinkedRoot<Facts> {
  const changes = new Map<string, SymlinkNode | undefined>();
  const changedIn = new Map<string, Set<string>>();

  function change(path: string, node: SymlinkNode | undefined): void {
    changes.set(path, node);
    const folder = parentPath(path);
    changedIn.set(folder, (changedIn.get(folder) ?? new Set()).add(baseName(path)));
  }

  return {
    lookup(path): RootNode<Facts> | undefined {
      return changes.has(path) ? changes.get(path) : lower.lookup(path);
    },
    list(path) {
      const names = lower.list(path);
      const changed = changedIn.get(path);
      if (changed === undefined) return names;
      const isThere = (name: string): boolean => changes.get(`${path === "/" ? "" : path}/${name}`) !== undefined;
      return [...names.filter((name) => !changed.has(name)), ...[...changed].filter(isThere)].sort();
    },
    link(path, target) {
      change(path, { kind: "symlink", target });
    },
    unlink(path) {
      change(path, undefined);
    },
  };
}
