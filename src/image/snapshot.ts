/** The flattened root filesystem of an image: what a process in the container sees, and which layer gave it. */
import type { RootFilesystem, RootNode } from "../rootfs/filesystem.js";
import type { Tree } from "./tree.js";

export type Snapshot<Facts> = RootFilesystem<Facts>;

/** A tree as a root filesystem; names are sorted when a folder is first listed. */
export function toSnapshot<Facts>(tree: Tree<Facts>): Snapshot<Facts> {
  const lists = new Map<string, readonly string[]>();
  return {
    lookup: (path): RootNode<Facts> | undefined => tree.get(path),
    list(path) {
      let names = lists.get(path);
      if (names === undefined) {
        names = [...tree.names(path)].sort();
        lists.set(path, names);
      }
      return names;
    },
  };
}
