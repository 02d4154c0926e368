/**
 * What the code is that learns facts from layers: entries of a cache that other code has made are no entries. Version numbers that
 * people raise by hand would do for releases; between them a parser changes, and facts of before would pass for facts of now.
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";

/** Folders and files, beside this one, that decide what is learned. */
const FOLDERS = ["disk/", "elf/", "image/", "image/squashfs/", "knowledge/"];
const FILES = ["inspect", "stack-marks", "libc-strings", "read-paths", "ld-cache", "facts-bytes"];

const known = new Map<string, string>();

/**
 * A digest of that code: of its modules, or of the bundle that this module is in, whose folders have nothing of it.
 *
 * @param more folders that have a say in what is learned, beside those that always have
 */
export function fingerprintCode(more: readonly string[] = []): string {
  const key = more.join();
  const fingerprint = known.get(key) ?? compute([...FOLDERS, ...more]);
  known.set(key, fingerprint);
  return fingerprint;
}

function compute(folders: readonly string[]): string {
  const extension = import.meta.url.endsWith(".ts") ? ".ts" : ".js";
  const modules = FILES.map((file) => `loader/${file}${extension}`);
  const isBundle = !existsSync(new URL(modules[0] ?? "", import.meta.url));
  const names = isBundle
    ? listCode("./", extension)
    : [...folders.flatMap((folder) => listCode(folder, extension)), ...modules];
  const hash = createHash("sha256");
  for (const name of names) hash.update(`${name}\0`).update(readFileSync(new URL(name, import.meta.url)));
  return hash.digest("hex").slice(0, 16);
}

function listCode(folder: string, extension: string): string[] {
  return readdirSync(new URL(folder, import.meta.url))
    .filter((name) => name.endsWith(extension) && !name.endsWith(".d.ts"))
    .sort()
    .map((name) => `${folder}${name}`);
}
