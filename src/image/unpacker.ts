/**
 * The entries of one layer put into a tree, in order, as an unpacker writes them to a disk: parents that have no entry are made,
 * links of folders are followed, and the last of several entries with one path wins. Whose tree it is, the layer's own or that of
 * the layers below, is its user's business; so are whiteouts.
 */
import type { DirectoryNode, RootNode } from "../rootfs/filesystem.js";
import { baseName, joinPath, parentPath } from "../rootfs/path.js";
import type { LayerEntry, LayerRemark } from "./layer-facts.js";
import type { TreeWalker } from "./tree-walker.js";

export type Remark = (remark: LayerRemark) => void;

export interface UnpackerOptions<Facts> {
  readonly walker: TreeWalker<Facts>;
  readonly layer: number;
  readonly remark: Remark;
  /** The folder that is made where none is, in place of what is in the way. */
  readonly makeFolder: (path: string, inTheWay?: RootNode<Facts>) => DirectoryNode;
  /** Told of an entry that takes a node's place. */
  readonly onReplace?: (path: string, old: RootNode<Facts>, node: RootNode<Facts>) => void;
  /** What a hardlink to a path is another name of. */
  readonly findTarget: (path: string) => RootNode<Facts> | undefined;
}

export interface Unpacker<Facts> {
  /** Puts an entry into the tree; a whiteout or an opaque marker is none that it knows. */
  add(entry: LayerEntry<Facts>): void;
  /** A hardlink may stand before its target: those that found none are tried again. */
  finish(): void;
  /** Where entries have landed, links in their folders followed. */
  readonly written: ReadonlySet<string>;
  /** Whether a node is a character device 0/0, under whatever name. */
  isNullDevice(node: RootNode<Facts>): boolean;
}

export function createUnpacker<Facts>(options: UnpackerOptions<Facts>): Unpacker<Facts> {
  const { walker, layer, remark } = options;
  const { tree } = walker;
  const written = new Set<string>();
  const nullDevices = new Set<RootNode<Facts>>();
  const waiting: { path: string; target: string }[] = [];

  function place(path: string, node: RootNode<Facts>): void {
    if (path === "/") return;
    const parent = parentPath(path);
    const folder = walker.makeFolders(parent, options.makeFolder);
    if (folder === undefined) {
      remark({
        code: "link-loop",
        message: `The path ${path} lies behind links that lead in a circle; it was left out`,
        path,
      });
      return;
    }
    // The entry's own string, where it can be: another one would be kept and hashed beside it.
    const real = folder === parent ? path : joinPath(folder, baseName(path));
    const old = tree.get(real);
    if (written.has(real) && !(node.kind === "directory" && old?.kind === "directory")) {
      remark({
        code: "duplicate-entry",
        message: `The path ${path} comes twice in one layer; the last one counts`,
        path,
      });
    }
    written.add(real);
    if (old !== undefined) options.onReplace?.(real, old, node);
    tree.put(real, node);
  }

  function link(path: string, target: string): boolean {
    const node = options.findTarget(target);
    if (node === undefined || node.kind === "directory") return false;
    place(path, node);
    return true;
  }

  return {
    written,
    isNullDevice: (node) => nullDevices.has(node),
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

/** A folder that no entry tells of. */
export function impliedFolder(layer: number): DirectoryNode {
  return { kind: "directory", mode: 0o755, layer };
}

function toNode<Facts>(
  entry: Exclude<LayerEntry<Facts>, { kind: "hardlink" }>,
  layer: number,
): RootNode<Facts> | undefined {
  const owner = "owner" in entry ? { owner: entry.owner } : {};
  switch (entry.kind) {
    case "directory":
      return { kind: "directory", mode: entry.mode, layer, ...owner };
    case "file":
      return {
        kind: "file",
        mode: entry.mode,
        size: entry.size,
        facts: entry.facts,
        layer,
        ...owner,
        ...(entry.digest === undefined ? {} : { digest: entry.digest }),
        ...(entry.isPrivileged === true ? { isPrivileged: true } : {}),
      };
    case "symlink":
      return { kind: "symlink", target: entry.target, layer, ...owner };
    case "special":
      return { kind: "special", layer, device: entry.device, ...owner };
    default:
      return undefined;
  }
}
