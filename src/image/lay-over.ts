/**
 * A layer unpacked into a tree of its own, and that laid over the tree of the lower ones, as runtimes do and the kernel shows it.
 *
 * A whiteout becomes a node of the layer's own tree, made where it stands among the entries: containerd, Docker and
 * containers/storage make a character device 0/0 there, and the attribute of an opaque folder. It is reached through the links
 * that the layer itself has made by then, and goes with its folder when a link, a file or a folder takes that one's place. What
 * these runtimes refuse to unpack is read as the OCI image-spec means it: a whiteout concerns lower layers alone, and stands where
 * it will. The root is opaque for no kernel. Linux' overlayfs.rst, "whiteouts and opaque directories".
 */
import type { DirectoryNode, RootNode } from "../rootfs/filesystem.js";
import { baseName, joinPath, parentPath } from "../rootfs/path.js";
import type { LayerEntry } from "./layer-facts.js";
import { createTreeWalker, type StepCounter, type TreeWalker } from "./tree-walker.js";
import { createTree } from "./tree.js";
import { createUnpacker, impliedFolder, type Remark } from "./unpacker.js";

/**
 * Lays a layer over the tree of the lower ones.
 *
 * @returns `doubtful` where something was met that an extractor may take otherwise: whoever changes one of the two must keep each
 * such place
 */
export function layOver<Facts>(
  below: TreeWalker<Facts>,
  entries: readonly LayerEntry<Facts>[],
  steps: StepCounter,
  layer: number,
  remark: Remark,
): "plain" | "doubtful" {
  const lower = below.tree;
  const upper = createTree<Facts>();
  const walker = createTreeWalker(upper, steps, checkLower);
  const whiteouts = new Set<RootNode<Facts>>();
  const opaque = new Set<RootNode<Facts>>();
  let isDoubtful = false;
  const unpacker = createUnpacker({
    ...{ walker, layer, remark, makeFolder },
    onReplace(path, old, node) {
      if (node.kind !== "directory") return;
      if (old.kind !== "directory") isDoubtful ||= lower.get(path)?.kind === "directory";
      else if (opaque.has(old)) opaque.add(node);
    },
    // Runtimes find no file of another layer, and take a whiteout for one; extractors do the contrary.
    findTarget(target) {
      const own = walker.find(target);
      isDoubtful ||= own === undefined || whiteouts.has(own);
      return own ?? below.find(target);
    },
  });
  for (const entry of entries) {
    if (entry.kind === "whiteout") addWhiteout(entry.path);
    else if (entry.kind === "opaque") addOpaque(entry.path, entry.isAttribute === true);
    else unpacker.add(entry);
  }
  unpacker.finish();
  for (const [path, node] of upper.entries()) {
    const isWhiteout = whiteouts.has(node);
    if (isWhiteout || unpacker.isNullDevice(node)) {
      // An entry of the layer is a device for an extractor.
      isDoubtful ||= !isWhiteout;
      lower.remove(path);
      continue;
    }
    if (opaque.has(node)) for (const name of [...lower.names(path)]) lower.remove(joinPath(path, name));
    if (path !== "/") lower.put(path, node);
  }
  return isDoubtful ? "doubtful" : "plain";

  /** Where the layer itself has nothing, its paths and links lead on as through a folder; an extractor goes through a link below. */
  function checkLower(path: string): void {
    const covered = lower.get(path);
    isDoubtful ||= covered !== undefined && covered.kind !== "directory";
  }

  /** What a folder that no entry tells of displaces has hidden a folder. */
  function makeFolder(path: string, inTheWay?: RootNode<Facts>): DirectoryNode {
    if (inTheWay !== undefined) checkLower(path);
    const folder = impliedFolder(layer);
    if (inTheWay !== undefined) opaque.add(folder);
    return folder;
  }

  /** Behind a file of the same layer there is nothing to hide: umoci writes "d" and "d/.wh.x", others ".wh.d" and "d/.wh.x". */
  function makeFolders(path: string): string | undefined {
    return walker.makeFolders(path, (at, inTheWay) => (inTheWay === undefined ? makeFolder(at) : undefined));
  }

  function addWhiteout(path: string): void {
    const folder = makeFolders(parentPath(path));
    if (folder === undefined) return;
    const real = joinPath(folder, baseName(path));
    const own = upper.get(real);
    if (own?.kind === "directory") {
      // An extractor removes the folder, if no entry tells of it.
      isDoubtful = true;
      opaque.add(own);
    }
    if (own !== undefined) return;
    const node: RootNode<Facts> = { kind: "special", layer };
    whiteouts.add(node);
    upper.put(real, node);
  }

  function addOpaque(path: string, isAttribute: boolean): void {
    const folder = makeFolders(path);
    const node = folder === undefined ? undefined : upper.get(folder);
    if (folder === "/" || isAttribute) isDoubtful = true;
    if (node !== undefined && folder !== "/") opaque.add(node);
  }
}
