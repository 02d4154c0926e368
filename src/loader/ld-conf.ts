/**
 * /etc/ld.so.conf: the folders that ldconfig is told to index, with `include` patterns followed. Mirrors parse_conf of glibc's
 * elf/ldconfig.c: a `#` starts a comment, `hwcap` lines are ignored, a relative include pattern is relative to the file.
 */
import type { FileFacts } from "./facts.js";
import type { RootFilesystem } from "../rootfs/filesystem.js";
import { joinPath, parentPath } from "../rootfs/path.js";
import { resolvePath } from "../rootfs/resolve.js";

/** Includes deeper than this include each other. */
const MAX_DEPTH = 10;

/** The folders of /etc/ld.so.conf and the files that it includes, in order. */
export function readLdConf(root: RootFilesystem<FileFacts>): readonly string[] {
  const folders = new Set<string>();
  readConfFile(root, "/etc/ld.so.conf", folders, 0);
  return [...folders];
}

/** The text of a configuration file that the root holds, as a byte string; undefined where it is not there or was not read. */
export function findText(root: RootFilesystem<FileFacts>, path: string): string | undefined {
  const node = resolvePath(root, path)?.node;
  if (node?.kind !== "file" || node.facts.kind !== "data") return undefined;
  return Buffer.from(node.facts.bytes).toString("latin1");
}

function readConfFile(root: RootFilesystem<FileFacts>, path: string, folders: Set<string>, depth: number): void {
  const text = findText(root, path);
  if (text === undefined || depth > MAX_DEPTH) return;
  for (const raw of text.split("\n")) {
    const line = raw.replace(/#.*/, "").trim();
    if (line === "" || /^hwcap\s/.test(line)) continue;
    const include = /^include\s+(.*)$/.exec(line)?.[1];
    if (include === undefined) {
      const folder = line.replace(/=.*/, "").trim().replace(/\/+$/, "");
      if (folder.startsWith("/")) folders.add(folder);
      continue;
    }
    for (const pattern of include.split(/\s+/)) {
      const absolute = pattern.startsWith("/") ? pattern : joinPath(parentPath(path), pattern);
      for (const file of expandPattern(root, absolute)) readConfFile(root, file, folders, depth + 1);
    }
  }
}

/** Files that match a pattern whose last component may hold wildcards, in byte order. */
function expandPattern(root: RootFilesystem<FileFacts>, pattern: string): readonly string[] {
  const folder = parentPath(pattern);
  const name = pattern.slice(folder === "/" ? 1 : folder.length + 1);
  const real = resolvePath(root, folder)?.path;
  if (real === undefined) return [];
  return root
    .list(real)
    .filter((one) => matchesGlob(name, one))
    .map((one) => joinPath(real, one));
}

/** glob(3) without braces: `*` and `?` do not match a leading dot. */
function matchesGlob(glob: string, name: string): boolean {
  if (name.startsWith(".") && !glob.startsWith(".")) return false;
  const pattern = glob
    .replace(/[.+^${}()|\\]/g, "\\$&")
    .replace(/\*/g, ".*")
    .replace(/\?/g, ".");
  return new RegExp(`^${pattern}$`, "s").test(name);
}
