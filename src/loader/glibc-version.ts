/**
 * The release of the glibc that an interpreter belongs to. ld.so says it itself since 2.36; before, its file may be named after it,
 * and the C library that was built with it lies beside it. A root may hold several: one in /opt beside the distribution's own.
 */
import type { FileNode, RootFilesystem } from "../rootfs/filesystem.js";
import { baseName, joinPath, parentPath } from "../rootfs/path.js";
import { resolvePath } from "../rootfs/resolve.js";
import type { FileFacts } from "./facts.js";

/** "2.31", of the interpreter at this path; undefined where neither it nor what lies beside it tells. */
export function findGlibcVersion(root: RootFilesystem<FileFacts>, interp: string): string | undefined {
  const found = resolvePath(root, interp);
  if (found?.node.kind !== "file") return undefined;
  return toBanner(found.node) ?? toNumber(found.path) ?? findBeside(root, found.path);
}

function findBeside(root: RootFilesystem<FileFacts>, path: string): string | undefined {
  const libc = resolvePath(root, joinPath(parentPath(path), "libc.so.6"));
  if (libc?.node.kind !== "file" || libc.node.facts.kind !== "elf") return undefined;
  return toBanner(libc.node) ?? toNumber(libc.path);
}

function toBanner({ facts }: FileNode<FileFacts>): string | undefined {
  return facts.kind === "elf" && facts.strings?.family === "glibc" ? facts.strings.version : undefined;
}

/** ld-2.31.so, libc-2.31.so */
function toNumber(path: string): string | undefined {
  return /^(?:ld|libc)-(\d+\.\d+)\.so$/.exec(baseName(path))?.[1];
}
