/** Small roots in memory, for rules of the loader that no compiler on this machine could set up: other machines, other releases. */
import { fileInspector } from "../../src/loader/inspect.js";
import type { FileFacts } from "../../src/loader/facts.js";
import type { LoadResult } from "../../src/loader/load-result.js";
import { createLoader, type LoaderSettings } from "../../src/loader/loader.js";
import type { FileNode, RootFilesystem, RootNode } from "../../src/rootfs/filesystem.js";
import { createMemoryRoot } from "../../src/rootfs/memory.js";
import { resolvePath } from "../../src/rootfs/resolve.js";
import type { ElfObject } from "../../src/elf/object.js";
import { buildElf, type ElfDescription } from "../support/elf-builder.js";

export type WorldFile = ElfDescription | Uint8Array | string | { readonly link: string } | { readonly unread: string };

/** A root of files by path: ELF files as descriptions, texts as strings. Names of programs are those with `interp`. */
export async function createWorld(files: Readonly<Record<string, WorldFile>>): Promise<RootFilesystem<FileFacts>> {
  const nodes = new Map<string, RootNode<FileFacts>>();
  for (const [path, file] of Object.entries(files)) nodes.set(path, await toNode(path, file));
  return createMemoryRoot(nodes);
}

async function toNode(path: string, file: WorldFile): Promise<RootNode<FileFacts>> {
  if (typeof file === "object" && "link" in file) return { kind: "symlink", target: file.link };
  if (typeof file === "object" && "unread" in file)
    return { kind: "file", size: 1000, mode: 0o644, facts: fileInspector.unread(file.unread) };
  const bytes = typeof file === "string" ? Buffer.from(file) : file instanceof Uint8Array ? file : buildElf(file);
  const source = { size: bytes.length, read: (at: number, length: number) => bytes.subarray(at, at + length) };
  const facts = fileInspector.wants(path, bytes.subarray(0, 64), bytes.length)
    ? await fileInspector.inspect(path, source)
    : fileInspector.skipped;
  const isProgram = !(file instanceof Uint8Array) && typeof file === "object" && file.interp !== undefined;
  return { kind: "file", size: bytes.length, mode: isProgram ? 0o755 : 0o644, facts };
}

/** The node and the ELF object at a path. */
export function findElf(root: RootFilesystem<FileFacts>, path: string): { node: FileNode<FileFacts>; elf: ElfObject } {
  const node = resolvePath(root, path)?.node;
  if (node?.kind !== "file" || node.facts.kind !== "elf") throw new Error(`no ELF file at ${path}`);
  return { node, elf: node.facts.elf };
}

/** Loads what lies at a path. */
export function load(
  root: RootFilesystem<FileFacts>,
  path: string,
  settings: Partial<LoaderSettings> = {},
): LoadResult {
  const { node, elf } = findElf(root, path);
  return createLoader(root, { hwcaps: [], preload: [], ...settings }).load(path, node, elf);
}

/** An ELF object that is described, by itself. */
export async function toElf(description: ElfDescription): Promise<ElfObject> {
  return findElf(await createWorld({ "/file": description }), "/file").elf;
}
