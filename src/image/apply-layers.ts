/**
 * Layers put together, base first, in one of the two ways that runtimes do it.
 *
 * `overlay` (Docker, Podman, containerd): each layer is unpacked by itself into an empty folder, and the kernel lays the folders
 * over one another. A parent that has no entry of its own becomes a real folder there, and so hides a link of a lower layer.
 * `extract` (Apptainer, enroot, umoci): each layer is unpacked over the result of the ones below, through whatever links are there.
 *
 * Whiteouts concern lower layers only, wherever they stand in their own. OCI image-spec, layer.md; Linux' overlayfs.rst.
 */
import type { RootNode } from "../rootfs/filesystem.js";
import { baseName, parentPath, splitPath } from "../rootfs/path.js";
import { resolvePath } from "../rootfs/resolve.js";
import type { LayerEntry, LayerFacts, LayerRemark } from "./layer-facts.js";
import { AUFS_METADATA } from "./scan-layer.js";
import { createTree, type Tree } from "./tree.js";

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
  unpack(upper, entries, layer, remark, lower);
  for (const { kind, path } of entries)
    if (kind === "opaque" && makeFolder(upper, path, layer)) clearFolder(lower, path);
  for (const entry of entries) {
    if (entry.kind !== "whiteout") continue;
    // A whiteout lies in a folder of the upper layer, and that folder covers whatever is no folder below.
    if (makeFolder(upper, parentPath(entry.path), layer)) lower.remove(entry.path);
  }
  for (const [path, node] of upper.entries()) {
    if (path !== "/") lower.put(path, node);
  }
}

/** Unpacks a layer over the tree of the lower ones, through their links. */
function extractOver<Facts>(
  tree: Tree<Facts>,
  entries: readonly LayerEntry<Facts>[],
  layer: number,
  remark: Remark,
): void {
  for (const { kind, path } of entries) {
    if (kind !== "opaque" && kind !== "whiteout") continue;
    const real = kind === "opaque" ? resolveIn(tree, path) : resolveEntry(tree, path);
    if (real === undefined) continue;
    if (kind === "opaque") clearFolder(tree, real);
    else tree.remove(real);
  }
  unpack(tree, entries, layer, remark, tree);
}

/**
 * Puts the entries of one layer into a tree, in order; the last of several with one path wins.
 *
 * @param below where a hardlink may find a target that the layer does not have
 */
function unpack<Facts>(
  tree: Tree<Facts>,
  entries: readonly LayerEntry<Facts>[],
  layer: number,
  remark: Remark,
  below: Tree<Facts>,
): void {
  const hidden = new Map<string, RootNode<Facts>>();
  const seen = new Set<string>();
  const waiting: { path: string; target: string }[] = [];

  function place(path: string, node: RootNode<Facts>): void {
    if (isMetadata(path)) {
      hidden.set(path, node);
      return;
    }
    if (path === "/") return;
    if (seen.has(path) && node.kind !== "directory") {
      remark({
        code: "duplicate-entry",
        message: `The path ${path} comes twice in one layer; the last one counts`,
        path,
      });
    }
    seen.add(path);
    const folder = makeParents(tree, parentPath(path), layer);
    if (folder === undefined) {
      remark({
        code: "link-loop",
        message: `The path ${path} lies behind links that lead in a circle; it was left out`,
        path,
      });
      return;
    }
    tree.put(folder === "/" ? `/${baseName(path)}` : `${folder}/${baseName(path)}`, node);
  }

  function link(path: string, target: string): boolean {
    const node = hidden.get(target) ?? findNode(tree, target) ?? findNode(below, target);
    if (node === undefined || node.kind === "directory") return false;
    place(path, node);
    return true;
  }

  for (const entry of entries) {
    if (entry.kind === "hardlink") {
      if (!link(entry.path, entry.target)) waiting.push(entry);
      continue;
    }
    const node = toNode(entry, layer);
    if (node !== undefined) place(entry.path, node);
  }
  // A hardlink may stand before its target.
  for (const { path, target } of waiting) {
    if (!link(path, target))
      remark({
        code: "hardlink-without-target",
        message: `The hardlink ${path} refers to ${target}, which no layer has; it was left out`,
        path,
      });
  }
}

function toNode<Facts>(
  entry: Exclude<LayerEntry<Facts>, { kind: "hardlink" }>,
  layer: number,
): RootNode<Facts> | undefined {
  switch (entry.kind) {
    case "directory":
      return { kind: "directory", mode: entry.mode, layer };
    case "file":
      return { kind: "file", mode: entry.mode, size: entry.size, facts: entry.facts, layer };
    case "symlink":
      return { kind: "symlink", target: entry.target, layer };
    case "special":
      return { kind: "special", layer };
    default:
      return undefined;
  }
}

/** The folder at a path, with links followed and missing folders made; a file in the way gives place. Undefined behind a loop. */
function makeParents<Facts>(tree: Tree<Facts>, path: string, layer: number): string | undefined {
  if (tree.get(path)?.kind === "directory") return path;
  let current = "/";
  for (const part of splitPath(path)) {
    const next = current === "/" ? `/${part}` : `${current}/${part}`;
    const node = tree.get(next);
    if (node?.kind === "directory") {
      current = next;
    } else if (node?.kind === "symlink") {
      const real = resolveIn(tree, next);
      if (real === undefined && isLoop(tree, next)) return undefined;
      const target = real ?? makeParents(tree, toTarget(next, node.target), layer);
      if (target === undefined) return undefined;
      if (tree.get(target)?.kind !== "directory") tree.put(target, { kind: "directory", mode: 0o755, layer });
      current = target;
    } else {
      tree.put(next, { kind: "directory", mode: 0o755, layer });
      current = next;
    }
  }
  return current;
}

/** In an overlay's upper folder a whiteout's parents are made as real folders; false where the way there is a file. */
function makeFolder<Facts>(upper: Tree<Facts>, path: string, layer: number): boolean {
  return makeParents(upper, path, layer) === path;
}

function clearFolder<Facts>(tree: Tree<Facts>, folder: string): void {
  for (const name of [...tree.names(folder)]) tree.remove(folder === "/" ? `/${name}` : `${folder}/${name}`);
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
  return folder === undefined ? undefined : folder === "/" ? `/${baseName(path)}` : `${folder}/${baseName(path)}`;
}

function resolveIn<Facts>(tree: Tree<Facts>, path: string): string | undefined {
  return resolvePath({ lookup: (one) => tree.get(one), list: () => [] }, path)?.path;
}

function toTarget(path: string, target: string): string {
  const base = target.startsWith("/") ? target : `${parentPath(path)}/${target}`;
  const parts: string[] = [];
  for (const part of splitPath(base)) {
    if (part === "..") parts.pop();
    else parts.push(part);
  }
  return `/${parts.join("/")}`;
}

/** Whether following the link at a path comes back to a link already seen. */
function isLoop<Facts>(tree: Tree<Facts>, path: string): boolean {
  const seen = new Set<string>();
  for (let current = path; ;) {
    if (seen.has(current)) return true;
    seen.add(current);
    const node = tree.get(current);
    if (node?.kind !== "symlink") return false;
    current = toTarget(current, node.target);
  }
}
