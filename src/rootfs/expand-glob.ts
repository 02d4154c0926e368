/** The paths of a root that a glob over paths stands for: each component is a glob of its own, as glob(7) has it. */
import type { RootFilesystem } from "./filesystem.js";
import { matchesGlob } from "./glob.js";
import { joinPath, splitPath } from "./path.js";
import { resolvePath } from "./resolve.js";

/** Whether a component stands for itself alone. */
export function isPlainName(component: string): boolean {
  return !/[*?[]/.test(component);
}

/** The paths that lead somewhere, in byte order, as they are written: links in them are followed and not replaced. */
export function expandGlob(root: RootFilesystem<unknown>, pattern: string): readonly string[] {
  let found: readonly string[] = ["/"];
  for (const component of splitPath(pattern)) {
    if (isPlainName(component)) found = found.map((path) => joinPath(path, component));
    else found = found.flatMap((path) => listMatches(root, path, component));
    if (found.length === 0) return [];
  }
  return found.filter((path) => resolvePath(root, path) !== undefined);
}

function listMatches(root: RootFilesystem<unknown>, path: string, glob: string): readonly string[] {
  const folder = resolvePath(root, path);
  if (folder?.node.kind !== "directory") return [];
  return root
    .list(folder.path)
    .filter((name) => matchesGlob(glob, name) && !(name.startsWith(".") && !glob.startsWith(".")))
    .map((name) => joinPath(path, name));
}
