/**
 * The files of a host as JSON, one entry an inode: two names of one file stay one file where the profile is read, as they are for
 * the loader, which loads an inode once.
 */
import type { FileFacts } from "../loader/facts.js";
import type { DirectoryNode, RootFilesystem, RootNode } from "../rootfs/filesystem.js";
import { createMemoryRoot } from "../rootfs/memory.js";
import { walk } from "../rootfs/walk.js";
import { z } from "../schema.js";
import { decodeFacts, encodeFacts, factsSchema } from "./facts-codec.js";

const paths = z.array(z.string()).describe("every name of it; byte strings, one character (0 to 255) a byte");
const mode = z.int().describe("permission bits");

/** Names of one inode share one entry: `paths` lists them all. */
export const nodeSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("file").describe("a file; hard links to it share the entry"),
    paths,
    size: z.number().describe("bytes"),
    mode,
    facts: factsSchema,
  }),
  z.object({
    kind: z.literal("directory").describe("a folder with nothing in it that is listed, or one that could not be read"),
    paths,
    mode,
    unread: z.string().exactOptional().describe("why it may hold more than is listed"),
  }),
  z.object({
    kind: z.literal("symlink").describe("a symbolic link"),
    paths,
    target: z.string().describe("its text, a byte string"),
  }),
  z.object({ kind: z.literal("special").describe("a device, pipe or socket"), paths }),
  z.object({
    kind: z.literal("unread").describe("what could not be looked at"),
    paths,
    reason: z.string().describe("why not"),
  }),
]);

type EncodedNode = z.infer<typeof nodeSchema>;

/** Everything in a root, in the order of its names. */
export function* encodeNodes(root: RootFilesystem<FileFacts>): Generator<EncodedNode> {
  const files = new Map<RootNode<FileFacts>, string[]>();
  for (const { path, node } of walk(root)) {
    // A folder is implied by what is in it; an empty one can still be a step on the way to another.
    if (node.kind === "directory" && node.unread === undefined && root.list(path).length > 0) continue;
    const paths = files.get(node);
    if (paths === undefined) files.set(node, [path]);
    else paths.push(path);
  }
  for (const [node, paths] of files) {
    if (node.kind === "file")
      yield { kind: "file", paths, size: node.size, mode: node.mode, facts: encodeFacts(node.facts) };
    else if (node.kind === "symlink") yield { kind: "symlink", paths, target: node.target };
    else if (node.kind === "directory") yield { kind: "directory", paths, ...toFolder(node) };
    else if (node.kind === "unread") yield { kind: "unread", paths, reason: node.reason };
    else yield { kind: "special", paths };
  }
}

/** The root that entries describe, after `nodeSchema`. */
export function decodeNodes(encoded: readonly EncodedNode[]): RootFilesystem<FileFacts> {
  const nodes = new Map<string, RootNode<FileFacts>>();
  for (const one of encoded) {
    const node = decodeNode(one);
    for (const path of one.paths) nodes.set(path, node);
  }
  return createMemoryRoot(nodes);
}

function toFolder({ mode, unread }: Pick<DirectoryNode, "mode" | "unread">) {
  return { mode, ...(unread === undefined ? {} : { unread }) };
}

function decodeNode(node: EncodedNode): RootNode<FileFacts> {
  switch (node.kind) {
    case "file":
      return { kind: "file", size: node.size, mode: node.mode, facts: decodeFacts(node.facts) };
    case "directory":
      return { kind: "directory", ...toFolder(node) };
    case "symlink":
      return { kind: "symlink", target: node.target };
    case "special":
      return { kind: "special" };
    case "unread":
      return { kind: "unread", reason: node.reason };
  }
}
