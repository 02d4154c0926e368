/**
 * What the code is that learns facts from layers: entries of a cache that other code has made are no entries. Version numbers that
 * people raise by hand would do for releases; between them a parser changes, and facts of before would pass for facts of now.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";

/** Folders and files, beside this one, that decide what is learned. */
const FOLDERS = ["elf/", "image/", "image/squashfs/"];
const FILES = ["inspect", "libc-strings", "read-paths", "ld-cache", "facts-bytes"];

let known: string | undefined;

/** A digest of that code; empty where its files are not to be found (a bundle), which then has its version alone. */
export function fingerprintCode(): string {
  return (known ??= compute());
}

function compute(): string {
  const extension = import.meta.url.endsWith(".ts") ? ".ts" : ".js";
  try {
    const inFolders = FOLDERS.flatMap((folder) =>
      readdirSync(new URL(folder, import.meta.url))
        .filter((name) => name.endsWith(extension) && !name.endsWith(".d.ts"))
        .sort()
        .map((name) => `${folder}${name}`),
    );
    const hash = createHash("sha256");
    for (const name of [...inFolders, ...FILES.map((file) => `loader/${file}${extension}`)])
      hash.update(`${name}\0`).update(readFileSync(new URL(name, import.meta.url)));
    return hash.digest("hex").slice(0, 16);
  } catch {
    return "";
  }
}
