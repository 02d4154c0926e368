/**
 * Layers put together, base first, in one of the two ways that runtimes do it.
 *
 * `overlay` (Docker, Podman, containerd, enroot): each layer is unpacked by itself into an empty folder, and the kernel lays the
 * folders over one another. A parent that has no entry of its own becomes a real folder there, and so hides a link of a lower layer.
 * Charliecloud unpacks over the lower layers, but takes links that are in the way of a folder away, and so comes to the same.
 * `extract` (Apptainer, umoci, vfs drivers): each layer is unpacked over the result of the ones below, through whatever links are
 * there.
 *
 * Whiteouts concern lower layers only, wherever they stand in their own. OCI image-spec, layer.md; Linux' overlayfs.rst.
 */
import type { RootNode } from "../rootfs/filesystem.js";
import { baseName, joinPath, parentPath } from "../rootfs/path.js";
import type { Limits } from "./limits.js";
import type { LayerEntry, LayerFacts, LayerRemark } from "./layer-facts.js";
import { AUFS_METADATA } from "./scan-layer.js";
import { createStepCounter, createTreeWalker, type StepCounter, type TreeWalker } from "./tree-walker.js";
import { createTree, type Tree } from "./tree.js";

export type LayerMode = "overlay" | "extract";

export interface AppliedLayers<Facts> {
  readonly tree: Tree<Facts>;
  /** what putting them together was held to */
  readonly limits: Limits;
  /** whether the other mode may make another tree of them */
  readonly mayDependOnMode: boolean;
  readonly remarks: readonly (LayerRemark & { readonly layer: number })[];
}

type Remark = (remark: LayerRemark) => void;

/** The tree that layers make, base first. */
export function applyLayers<Facts>(
  layers: readonly LayerFacts<Facts>[],
  mode: LayerMode,
  steps: StepCounter = createStepCounter(),
): AppliedLayers<Facts> {
  const tree = createTree<Facts>();
  const remarks: (LayerRemark & { layer: number })[] = [];
  let mayDependOnMode = mode === "extract" && layers.length > 1;
  for (const [layer, { entries }] of layers.entries()) {
    const remark: Remark = (one) => remarks.push({ ...one, layer });
    const lower = createTreeWalker(tree, steps, layer);
    if (mode === "extract") extractOver(lower, entries, steps, layer, remark);
    else if (layOver(lower, entries, steps, layer, remark) === "doubtful") mayDependOnMode = true;
  }
  return { tree, limits: steps.limits, mayDependOnMode, remarks };
}

/**
 * Unpacks a layer into a tree of its own and merges that over the lower one, as the kernel would show it.
 *
 * @returns `doubtful` where a folder covers what is none below, and where something was met that overlayfs alone obeys: there an
 * extractor may do otherwise
 */
function layOver<Facts>(
  below: TreeWalker<Facts>,
  entries: readonly LayerEntry<Facts>[],
  steps: StepCounter,
  layer: number,
  remark: Remark,
): "plain" | "doubtful" {
  const lower = below.tree;
  let isDoubtful = entries.some((entry) => entry.kind === "opaque" && entry.isAttribute === true);
  const walker = createTreeWalker(createTree<Facts>(), steps, layer);
  const unpacker = createUnpacker(walker, below, layer, remark);
  for (const entry of entries) unpacker.add(entry);
  unpacker.finish();
  // A whiteout lies in a folder of the upper layer, reached through that layer's own links, which covers what is no folder below.
  // Where the layer has a file instead, that file already hides all that was below: umoci writes "d" and "d/.wh.x" so.
  for (const entry of entries) {
    if (entry.kind !== "whiteout" && entry.kind !== "opaque") continue;
    const folder = walker.makeFolders(entry.kind === "opaque" ? entry.path : parentPath(entry.path), "keep-files");
    if (folder === undefined) continue;
    if (entry.kind === "opaque") for (const name of [...lower.names(folder)]) lower.remove(joinPath(folder, name));
    else lower.remove(joinPath(folder, baseName(entry.path)));
  }
  for (const [path, node] of walker.tree.entries()) {
    const covered = lower.get(path);
    isDoubtful ||= unpacker.isWhiteout(node);
    isDoubtful ||= node.kind === "directory" && covered !== undefined && covered.kind !== "directory";
    if (unpacker.isWhiteout(node)) lower.remove(path);
    else if (path !== "/") lower.put(path, node);
  }
  return isDoubtful ? "doubtful" : "plain";
}

/** Unpacks a layer over the tree of the lower ones, through their links, entry by entry as extractors do. */
function extractOver<Facts>(
  walker: TreeWalker<Facts>,
  entries: readonly LayerEntry<Facts>[],
  steps: StepCounter,
  layer: number,
  remark: Remark,
): void {
  const { tree } = walker;
  const unpacker = createUnpacker(walker, walker, layer, remark);
  // What lower layers gave comes back no more: a path is cleared once.
  const cleared = new Set<string>();
  for (const entry of entries) {
    if (entry.kind === "opaque") {
      if (entry.isAttribute === true) continue;
      const folder = walker.resolve(entry.path);
      if (folder !== undefined && tree.get(folder)?.kind === "directory") removeLower(folder, true);
    } else if (entry.kind === "whiteout") {
      const path = walker.resolveEntry(entry.path);
      if (path !== undefined) removeLower(path, false);
    } else {
      unpacker.add(entry);
    }
  }
  unpacker.finish();

  /** Removes what lower layers gave at a path; what this layer has put there, or below, stays. */
  function removeLower(path: string, keepsItself: boolean): void {
    if (cleared.has(path)) return;
    cleared.add(path);
    removeAll(path, keepsItself);
  }

  function removeAll(path: string, keepsItself: boolean): void {
    steps.take(path);
    if (tree.get(path)?.kind === "directory") {
      for (const name of [...tree.names(path)]) removeAll(joinPath(path, name), false);
    }
    if (!keepsItself && !unpacker.written.has(path) && isEmpty(tree.names(path))) tree.remove(path);
  }
}

interface Unpacker<Facts> {
  add(entry: LayerEntry<Facts>): void;
  /** A hardlink may stand before its target: those that found none are tried again. */
  finish(): void;
  /** Where entries have landed, links in their folders followed. */
  readonly written: ReadonlySet<string>;
  /** Whether a node is a character device 0/0, under whatever name. */
  isWhiteout(node: RootNode<Facts>): boolean;
}

/**
 * Puts the entries of one layer into a tree, in order; the last of several with one path wins.
 *
 * @param below where a hardlink may find a target that the layer does not have
 */
function createUnpacker<Facts>(
  walker: TreeWalker<Facts>,
  below: TreeWalker<Facts>,
  layer: number,
  remark: Remark,
): Unpacker<Facts> {
  const { tree } = walker;
  const hidden = new Map<string, RootNode<Facts>>();
  const written = new Set<string>();
  const nullDevices = new Set<RootNode<Facts>>();
  const waiting: { path: string; target: string }[] = [];

  function place(path: string, node: RootNode<Facts>): void {
    if (isMetadata(path)) {
      hidden.set(path, node);
      return;
    }
    if (path === "/") return;
    const folder = walker.makeFolders(parentPath(path), "replace-files");
    if (folder === undefined) {
      remark({
        code: "link-loop",
        message: `The path ${path} lies behind links that lead in a circle; it was left out`,
        path,
      });
      return;
    }
    const real = joinPath(folder, baseName(path));
    if (written.has(real) && !(node.kind === "directory" && tree.get(real)?.kind === "directory")) {
      remark({
        code: "duplicate-entry",
        message: `The path ${path} comes twice in one layer; the last one counts`,
        path,
      });
    }
    written.add(real);
    tree.put(real, node);
  }

  function link(path: string, target: string): boolean {
    const node = hidden.get(target) ?? walker.find(target) ?? below.find(target);
    if (node === undefined || node.kind === "directory") return false;
    place(path, node);
    return true;
  }

  return {
    written,
    isWhiteout: (node) => nullDevices.has(node),
    add(entry) {
      if (entry.kind === "hardlink") {
        if (!link(entry.path, entry.target)) waiting.push(entry);
        return;
      }
      const node = toNode(entry, layer);
      if (node === undefined) return;
      if (entry.kind === "special" && entry.isNullDevice === true) nullDevices.add(node);
      place(entry.path, node);
    },
    finish() {
      for (const { path, target } of waiting) {
        if (!link(path, target))
          remark({
            code: "hardlink-without-target",
            message: `The hardlink ${path} refers to ${target}, which no layer has; it was left out`,
            path,
          });
      }
    },
  };
}

function toNode<Facts>(
  entry: Exclude<LayerEntry<Facts>, { kind: "hardlink" }>,
  layer: number,
): RootNode<Facts> | undefined {
  switch (entry.kind) {
    case "directory":
      return { kind: "directory", mode: entry.mode, layer };
    case "file":
      return {
        kind: "file",
        mode: entry.mode,
        size: entry.size,
        facts: entry.facts,
        layer,
        ...(entry.isPrivileged === true ? { isPrivileged: true } : {}),
      };
    case "symlink":
      return { kind: "symlink", target: entry.target, layer };
    case "special":
      return { kind: "special", layer };
    default:
      return undefined;
  }
}

function isEmpty(names: Iterable<string>): boolean {
  for (const _name of names) return false;
  return true;
}

function isMetadata(path: string): boolean {
  return path.includes(`/${AUFS_METADATA}`);
}
