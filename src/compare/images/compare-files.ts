/**
 * Files that came, went or changed: content by its digest, never by a time or a size alone. A folder that is there only because
 * something lies in it counts like any other.
 */
import type { RootFilesystem, RootNode } from "../../rootfs/filesystem.js";
import { toDisplayPath } from "../../rootfs/path.js";
import { walk } from "../../rootfs/walk.js";
import type { DiffedFile, FileDiff, FilesDiff } from "./image-diff-schema.js";
import type { BothSides, ImageSide } from "./image-side.js";

type Root = RootFilesystem<unknown>;
type Node = RootNode<unknown>;

export interface ComparedFiles {
  readonly files: FilesDiff;
  /** byte paths of files of one size whose content nobody hashed */
  readonly unknown: readonly string[];
}

export function compareFiles({ before, after }: BothSides<ImageSide>): ComparedFiles {
  const files: FilesDiff = { added: [], removed: [], changed: [] };
  const unknown: string[] = [];
  for (const { path, node } of walk<unknown>(after.root)) {
    const old = before.root.lookup(path);
    if (old === undefined) {
      files.added.push(toRow(path, node));
      continue;
    }
    const changed = listChanges(old, node);
    if (changed.length > 0)
      files.changed.push({ path: toDisplayPath(path), changed, before: toRow(path, old), after: toRow(path, node) });
    if (isUnknown(old, node)) unknown.push(path);
  }
  files.removed.push(...listMissing(before.root, after.root));
  return { files, unknown };
}

function listMissing(root: Root, other: Root): DiffedFile[] {
  return [...walk(root)].flatMap(({ path, node }) => (other.lookup(path) === undefined ? [toRow(path, node)] : []));
}

function listChanges(before: Node, after: Node): FileDiff["changed"] {
  if (nameKind(before) !== nameKind(after)) return ["kind"];
  const [old, now] = [describe(before), describe(after)];
  return [
    ...(isOtherContent(before, after) ? (["content"] as const) : []),
    ...(old.mode === now.mode ? [] : (["mode"] as const)),
    ...(old.owner === now.owner ? [] : (["owner"] as const)),
    ...(old.target === now.target ? [] : (["target"] as const)),
    ...(hasCapabilities(before) === hasCapabilities(after) ? [] : (["capabilities"] as const)),
  ];
}

function isOtherContent(before: Node, after: Node): boolean {
  if (before.kind !== "file" || after.kind !== "file") return false;
  if (before.size !== after.size) return true;
  return before.digest !== undefined && after.digest !== undefined && before.digest !== after.digest;
}

function isUnknown(before: Node, after: Node): boolean {
  if (before.kind !== "file" || after.kind !== "file" || before.size !== after.size) return false;
  return before !== after && (before.digest === undefined || after.digest === undefined);
}

function hasCapabilities(node: Node): boolean {
  return node.kind === "file" && node.isPrivileged === true;
}

function nameKind(node: Node): string {
  return node.kind === "special" ? (node.device ?? "special file") : node.kind;
}

function toRow(path: string, node: Node): DiffedFile {
  return { path: toDisplayPath(path), kind: nameKind(node), ...describe(node) };
}

function describe(node: Node): Omit<DiffedFile, "path" | "kind"> {
  const { owner = "0:0" } = node;
  switch (node.kind) {
    case "file":
      return {
        ...{ mode: toOctal(node.mode), owner, size: node.size },
        ...(node.digest === undefined ? {} : { digest: `sha256:${node.digest}` }),
      };
    case "directory":
      return { mode: toOctal(node.mode), owner };
    case "symlink":
      return { owner, target: toDisplayPath(node.target) };
    default:
      return { owner };
  }
}

function toOctal(mode: number): string {
  return mode.toString(8).padStart(4, "0");
}
