/**
 * A root filesystem is a value. A container's flattened layers, a live host, a saved profile and "the container with mounts"
 * all look the same to the loader: absolute paths (byte strings, see path.ts) that lead to nodes.
 *
 * `Facts` is whatever was learned about a file's content when it was read; rootfs/ itself never looks inside.
 * A node's identity is the inode's identity: two names of one hardlinked file yield the same object.
 */

/** What a node of any kind may say beside what it is. */
interface NodeOrigin {
  /** index of the layer that gave this node, base first; absent where there are no layers */
  readonly layer?: number;
  /** "uid:gid" in numbers, where it is told and not "0:0" */
  readonly owner?: string;
}

export interface FileNode<Facts> extends NodeOrigin {
  readonly kind: "file";
  /** bytes */
  readonly size: number;
  /** permission bits, 0o7777 */
  readonly mode: number;
  readonly facts: Facts;
  /** it has file capabilities, which its mode does not show */
  readonly isPrivileged?: true;
  /** SHA-256 of its content in hex, where whoever read it was asked for that */
  readonly digest?: string;
}

export interface DirectoryNode extends NodeOrigin {
  readonly kind: "directory";
  readonly mode: number;
  /** why it may hold more than is known: "permission denied" */
  readonly unread?: string;
}

export interface SymlinkNode extends NodeOrigin {
  readonly kind: "symlink";
  /** the link's text, a byte string */
  readonly target: string;
}

/** A device, pipe or socket: it exists, and no loader can read a library from it. */
export interface SpecialNode extends NodeOrigin {
  readonly kind: "special";
  /** which: "character device 1:3", "pipe", "socket"; where it is told */
  readonly device?: string;
}

/** Nobody knows what is there, if anything: a file, a folder with whatever in it, a link to anywhere. */
export interface UnreadNode extends NodeOrigin {
  readonly kind: "unread";
  /** "permission denied" */
  readonly reason: string;
}

export type RootNode<Facts> = FileNode<Facts> | DirectoryNode | SymlinkNode | SpecialNode | UnreadNode;

/** Why more may be at or below a node than is known; undefined where all of it is. */
export function unreadReason(node: RootNode<unknown> | undefined): string | undefined {
  if (node?.kind === "unread") return node.reason;
  return node?.kind === "directory" ? node.unread : undefined;
}

export interface RootFilesystem<Facts> {
  /**
   * The node at exactly this path, as lstat(2) sees it: `path` is absolute and normal, and no link is followed. What is not known of a
   * folder that was not read is an unread node, at every name in it.
   */
  lookup(path: string): RootNode<Facts> | undefined;
  /** The names in the folder at exactly this path, sorted by byte value; empty where there is no folder. */
  list(path: string): readonly string[];
}
