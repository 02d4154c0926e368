/**
 * /etc/ld.so.conf: the folders that ldconfig is told to index, with `include` patterns followed. Mirrors parse_conf of glibc's
 * elf/ldconfig.c: a `#` starts a comment, `hwcap` lines are ignored, a relative include pattern is relative to the file.
 */
import type { FileFacts } from "./facts.js";
import type { RootFilesystem } from "../rootfs/filesystem.js";
import { expandGlob } from "../rootfs/expand-glob.js";
import { joinPath, parentPath } from "../rootfs/path.js";
import { resolvePath } from "../rootfs/resolve.js";

const LD_CONF = "/etc/ld.so.conf";

/** The folders of /etc/ld.so.conf and the files that it includes, in order. */
export function readLdConf(root: RootFilesystem<FileFacts>): readonly string[] {
  const folders = new Set<string>();
  readConfFile(root, LD_CONF, folders, new Set());
  return [...folders];
}

/** The files that /etc/ld.so.conf comes to, itself included: where they are named, as far as they are read. */
export function listConfFiles(root: RootFilesystem<FileFacts>): readonly string[] {
  const files = new Set<string>();
  readConfFile(root, LD_CONF, new Set(), files);
  return [...files];
}

/** The text of a configuration file that the root holds, as a byte string; undefined where it is not there or was not read. */
export function findText(root: RootFilesystem<FileFacts>, path: string): string | undefined {
  const node = resolvePath(root, path)?.node;
  if (node?.kind !== "file" || node.facts.kind !== "data") return undefined;
  return Buffer.from(node.facts.bytes).toString("latin1");
}

/** @param seen files that were read: read again, one that includes itself would say nothing new */
function readConfFile(root: RootFilesystem<FileFacts>, path: string, folders: Set<string>, seen: Set<string>): void {
  const text = seen.has(path) ? undefined : findText(root, path);
  seen.add(path);
  if (text === undefined) return;
  for (const raw of text.split("\n")) {
    const line = raw.replace(/#.*/, "").trim();
    if (line === "" || /^hwcap\s/i.test(line)) continue;
    const include = /^include[ \t]+(.*)$/.exec(line)?.[1];
    if (include === undefined) {
      const folder = line.replace(/=.*/, "").trim().replace(/\/+$/, "");
      if (folder.startsWith("/")) folders.add(folder);
      continue;
    }
    for (const pattern of include.split(/[ \t]+/)) {
      const absolute = pattern.startsWith("/") ? pattern : joinPath(parentPath(path), pattern);
      for (const file of expandGlob(root, absolute)) readConfFile(root, file, folders, seen);
    }
  }
}
