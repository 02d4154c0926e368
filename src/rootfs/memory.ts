/** A root filesystem held as a plain map: what a host scan found, or what a saved profile carries. */
import { unreadReason, type RootFilesystem, type RootNode, type UnreadNode } from "./filesystem.js";
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
  const isWhole = [...nodes.values()].every((node) => unreadReason(node) === undefined);

  /** What an unknown name is: nothing, but where its folder, or the one that would hold that, was not read. */
  function findUnread(path: string): UnreadNode | undefined {
    let above = parentPath(path);
    while (above !== "/" && !all.has(above)) above = parentPath(above);
    const reason = unreadReason(all.get(above));
    return reason === undefined ? undefined : { kind: "unread", reason };
  }

  return {
    lookup: (path) => all.get(path) ?? (isWhole ? undefined : findUnread(path)),
    list: (path) => [...(names.get(path) ?? [])].sort(),
  };
}
