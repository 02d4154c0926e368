/** A root filesystem held as a plain map: what a host scan found, or what a saved profile carries. */
import type { RootFilesystem, RootNode } from "./filesystem.js";
import { baseName, parentPath } from "./path.js";

const IMPLIED_FOLDER = { kind: "directory", mode: 0o755 } as const;

/** A root of the given nodes; the folders on the way to each are implied. */
export function createMemoryRoot<Facts>(nodes: ReadonlyMap<string, RootNode<Facts>>): RootFilesystem<Facts> {
  const all = new Map<string, RootNode<Facts>>(nodes);
  const names = new Map<string, Set<string>>();
  for (const path of nodes.keys()) {
    for (let child = path; child !== "/"; child = parentPath(child)) {
      const folder = parentPath(child);
      if (!all.has(folder)) all.set(folder, IMPLIED_FOLDER);
      const known = names.get(folder);
      if (known === undefined) names.set(folder, new Set([baseName(child)]));
      else known.add(baseName(child));
    }
  }
  if (!all.has("/")) all.set("/", IMPLIED_FOLDER);
  return { lookup: (path) => all.get(path), list: (path) => [...(names.get(path) ?? [])].sort() };
}
