/** What a root has for some CPUs alone: copies of libraries in folders that are named after what a CPU can do. */
import { WORDS_OF_MODELS } from "../cpu/hardware-words.js";
import type { ElfObject } from "../elf/object.js";
import type { RootFilesystem } from "../rootfs/filesystem.js";
import { baseName, joinPath } from "../rootfs/path.js";
import { resolvePath } from "../rootfs/resolve.js";
import { walk } from "../rootfs/walk.js";
import type { FileFacts } from "./facts.js";

export interface CpuChoices {
  /** names of glibc-hwcaps folders, wherever they lie: "x86-64-v3" */
  readonly hwcaps: readonly string[];
  /** whether what glibc 2.26 to 2.36 loads may depend on the model: by folders of its words, or by $PLATFORM in some path */
  readonly isByModel: boolean;
}

export function findCpuChoices(root: RootFilesystem<FileFacts>): CpuChoices {
  const names = new Set<string>();
  let isByModel = false;
  for (const { path, node } of walk(root)) {
    if (path.endsWith("/glibc-hwcaps")) for (const name of listCopies(root, path)) names.add(name);
    else if (node.kind !== "file") isByModel ||= WORDS_OF_MODELS.has(baseName(path));
    else if (node.facts.kind === "elf") isByModel ||= namesPlatform(node.facts.elf);
  }
  return { hwcaps: [...names], isByModel };
}

function* listCopies(root: RootFilesystem<unknown>, path: string): Generator<string> {
  const folder = resolvePath(root, path)?.path ?? path;
  for (const name of root.list(folder)) {
    // An empty one may get its copies with a mount.
    if (resolvePath(root, joinPath(folder, name))?.node.kind === "directory") yield name;
  }
}

function namesPlatform({ rpath = "", runpath = "", needed, filtees }: ElfObject): boolean {
  return [rpath, runpath, ...needed, ...filtees.map(({ name }) => name)].some((text) => /\$\{?PLATFORM/.test(text));
}
