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
import { baseName, joinPath, parentPath, splitPath } from "../rootfs/path.js";
import { resolvePath } from "../rootfs/resolve.js";
import type { LayerEntry, LayerFacts, LayerRemark } from "./layer-facts.js";
import { AUFS_METADATA } from "./scan-layer.js";
import { createTree, type Tree } from "./tree.js";

/** Links that one path may lead through when it is unpacked: containerd and filepath-securejoin stop here. */
const MAX_LINKS = 255;

export type LayerMode = "overlay" | "extract";

export interface AppliedLayers<Facts> {
  readonly tree: Tree<Facts>;
  readonly remarks: readonly (LayerRemark & { readonly layer: number })[];
}

type Remark = (remark: LayerRemark) => void;

/** The tree that layers make, base first. */
export function applyLayers<Facts>(layers: readonly LayerFacts<Facts>[], mode: LayerMode): AppliedLayers<Facts> {
  const tree = createTree<Facts>();
  const remarks: (LayerRemark & { layer: number })[] = [];
  for (const [layer, { entries }] of layers.entries()) {
    const remark: Remark = (one) => remarks.push({ ...one, layer });
    if (mode === "overlay") layOver(tree, entries, layer, remark);
    else extractOver(tree, entries, layer, remark);
  }
  return { tree, remarks };
}

/** Unpacks a layer into a tree of its own and merges that over the lower one, as the kernel would show it. */
function layOver<Facts>(
  lower: Tree<Facts>,
  entries: readonly LayerEntry<Facts>[],
  layer: number,
  remark: Remark,
): void {
  const upper = createTree<Facts>();
  const unpacker = createUnpacker(upper, layer, remark, lower);
  for (const entry of entries) unpacker.add(entry);
  unpacker.finish();
  // A whiteout lies in a folder of the upper layer, reached through that layer's own links, which covers what is no folder below.
  // Where the layer has a file instead, that file already hides all that was below: umoci writes "d" and "d/.wh.x" so.
  for (const entry of entries) {
    if (entry.kind !== "whiteout" && entry.kind !== "opaque") continue;
    const folder = makeFolders(
      upper,
      entry.kind === "opaque" ? entry.path : parentPath(entry.path),
      layer,
      "keep-files",
    );
    if (folder === undefined) continue;
    if (entry.kind === "opaque") for (const name of [...lower.names(folder)]) lower.remove(joinPath(folder, name));
    else lower.remove(joinPath(folder, baseName(entry.path)));
  }
  for (const [path, node] of upper.entries()) {
    if (unpacker.isWhiteout(node)) lower.remove(path);
    else if (path !== "/") lower.put(path, node);
  }
}

/** Unpacks a layer over the tree of the lower ones, through their links, entry by entry as extractors do. */
function extractOver<Facts>(
  tree: Tree<Facts>,
  entries: readonly LayerEntry<Facts>[],
  layer: number,
  remark: Remark,
): void {
  const unpacker = createUnpacker(tree, layer, remark, tree);
  for (const entry of entries) {
    if (entry.kind === "opaque") {
      if (entry.isAttribute === true) continue;
      const folder = resolveIn(tree, entry.path);
      if (folder !== undefined && tree.get(folder)?.kind === "directory") removeLower(folder, true);
    } else if (entry.kind === "whiteout") {
      const path = resolveEntry(tree, entry.path);
      if (path !== undefined) removeLower(path, false);
    } else {
      unpacker.add(entry);
    }
  }
  unpacker.finish();

  /** Removes what lower layers gave at a path; what this layer has put there, or below, stays. */
  function removeLower(path: string, keepsItself: boolean): void {
    for (const name of [...tree.names(path)]) removeLower(joinPath(path, name), false);
    const isEmpty = [...tree.names(path)].length === 0;
    if (isEmpty && !keepsItself && !unpacker.written.has(path)) tree.remove(path);
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
function createUnpacker<Facts>(tree: Tree<Facts>, layer: number, remark: Remark, below: Tree<Facts>): Unpacker<Facts> {
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
    const folder = makeFolders(tree, parentPath(path), layer);
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
    const node = hidden.get(target) ?? findNode(tree, target) ?? findNode(below, target);
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

/**
 * The folder at a path, with links followed and missing folders made; a file in the way gives place, or ends it. Undefined then,
 * and behind more links than an unpacker follows, which is a loop.
 */
function makeFolders<Facts>(
  tree: Tree<Facts>,
  path: string,
  layer: number,
  files: "replace-files" | "keep-files" = "replace-files",
): string | undefined {
  if (tree.get(path)?.kind === "directory") return path;
  const pending = splitPath(path).reverse();
  let current = "/";
  let links = 0;
  for (let part = pending.pop(); part !== undefined; part = pending.pop()) {
    if (part === "..") {
      current = parentPath(current);
      continue;
    }
    const next = joinPath(current, part);
    const node = tree.get(next);
    if (node?.kind === "symlink") {
      links += 1;
      if (links > MAX_LINKS) return undefined;
      if (node.target.startsWith("/")) current = "/";
      pending.push(...splitPath(node.target).reverse());
      continue;
    }
    if (node !== undefined && node.kind !== "directory" && files === "keep-files") return undefined;
    if (node?.kind !== "directory") tree.put(next, { kind: "directory", mode: 0o755, layer });
    current = next;
  }
  return current;
}

function isMetadata(path: string): boolean {
  return path.includes(`/${AUFS_METADATA}`);
}

/** The node at a path whose folders may be links, and which may itself be one. */
function findNode<Facts>(tree: Tree<Facts>, path: string): RootNode<Facts> | undefined {
  const real = resolveEntry(tree, path);
  return real === undefined ? undefined : tree.get(real);
}

/** The path with the links of its folder followed, and not its own. */
function resolveEntry<Facts>(tree: Tree<Facts>, path: string): string | undefined {
  const folder = resolveIn(tree, parentPath(path));
  return folder === undefined ? undefined : joinPath(folder, baseName(path));
}

function resolveIn<Facts>(tree: Tree<Facts>, path: string): string | undefined {
  return resolvePath({ lookup: (one) => tree.get(one), list: () => [] }, path)?.path;
}
