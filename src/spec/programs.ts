/** The programs of a root: what a kernel would start by itself, whether a loader helps it or not. */
import type { ElfObject } from "../elf/object.js";
import { DF_1_PIE } from "../loader/abi.js";
import { isProgram } from "../loader/loader.js";
import type { FileNode, RootFilesystem } from "../rootfs/filesystem.js";
import { walk } from "../rootfs/walk.js";
import type { NeedFacts } from "./facts.js";

export interface Program {
  /** a byte path without links in it */
  readonly path: string;
  readonly node: FileNode<NeedFacts>;
  readonly elf: ElfObject;
}

const EXECUTE_BITS = 0o111;

/** Every program of a root once, by its first name. */
export function findPrograms(root: RootFilesystem<NeedFacts>): readonly Program[] {
  const seen = new Set<object>();
  const programs: Program[] = [];
  for (const { path, node } of walk(root)) {
    const program = toProgram(path, node);
    if (program === undefined || seen.has(program.node)) continue;
    seen.add(program.node);
    programs.push(program);
  }
  return programs;
}

/** Whether somebody may execute a file: where nobody may, root may not either (execve(2), EACCES). */
export function isExecutable({ mode }: Pick<FileNode<NeedFacts>, "mode">): boolean {
  return (mode & EXECUTE_BITS) !== 0;
}

/** A file as a program; undefined where it is none. A library may name an interpreter too (libc.so.6), and is started by nobody. */
export function toProgram(path: string, node: ReturnType<RootFilesystem<NeedFacts>["lookup"]>): Program | undefined {
  if (node?.kind !== "file" || node.facts.kind !== "elf" || !isExecutable(node)) return undefined;
  const { elf } = node.facts;
  const isLibrary = elf.soname !== undefined && (elf.dynamicFlags1 & DF_1_PIE) === 0;
  return isLibrary || !isProgram(elf, node.mode) ? undefined : { path, node, elf };
}
