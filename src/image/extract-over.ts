/**
 * A layer unpacked over the tree of the lower ones, through their links, entry by entry as extractors do. A whiteout removes what
 * lower layers gave, through those links as well; what its own layer has written stays, wherever the whiteout stands.
 * OCI image-spec, layer.md, "Applying Changesets"; umoci's oci/layer/tar_extract.go.
 */
import { joinPath } from "../rootfs/path.js";
import type { LayerEntry } from "./layer-facts.js";
import type { StepCounter, TreeWalker } from "./tree-walker.js";
import { createUnpacker, impliedFolder, type Remark } from "./unpacker.js";

/** @param walker of the tree of the lower layers, which becomes that of all */
export function extractOver<Facts>(
  walker: TreeWalker<Facts>,
  entries: readonly LayerEntry<Facts>[],
  steps: StepCounter,
  layer: number,
  remark: Remark,
): void {
  const { tree } = walker;
  const unpacker = createUnpacker({
    ...{ walker, layer, remark },
    makeFolder: () => impliedFolder(layer),
    findTarget: walker.find,
  });
  // What lower layers gave comes back no more: a folder is cleared once.
  const cleared = new Set<string>();
  for (const entry of entries) {
    if (entry.kind === "opaque") {
      if (entry.isAttribute === true) continue;
      const folder = walker.resolve(entry.path);
      if (folder !== undefined && tree.get(folder)?.kind === "directory") removeBelow(folder);
    } else if (entry.kind === "whiteout") {
      const path = walker.resolveEntry(entry.path);
      if (path !== undefined) removeLower(path);
    } else {
      unpacker.add(entry);
    }
  }
  unpacker.finish();

  /** Removes what lower layers gave at a path and below it; what this layer has put there stays. */
  function removeLower(path: string): void {
    removeBelow(path);
    if (!unpacker.written.has(path) && isEmpty(tree.names(path))) tree.remove(path);
  }

  function removeBelow(path: string): void {
    if (cleared.has(path)) return;
    cleared.add(path);
    steps.take(path);
    if (tree.get(path)?.kind !== "directory") return;
    for (const name of [...tree.names(path)]) removeLower(joinPath(path, name));
  }
}

function isEmpty(names: Iterable<string>): boolean {
  for (const _name of names) return false;
  return true;
}
