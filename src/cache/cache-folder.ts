/** Where the cache lies and which files in it are its own: all others are left alone, whatever folder a user names. */
import { lstat, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

const ENTRY = /^[0-9a-f]{64}\.layer$/;
const LEFT_OVER = /^[0-9a-f]{64}\.[0-9a-f]{16}\.part$/;
export const STAMP = "last-cleaned";

export interface CacheFile {
  readonly path: string;
  readonly bytes: number;
  /** when it was written, or last found useful: milliseconds */
  readonly used: number;
  readonly kind: "entry" | "left-over";
}

/**
 * The folder of a user's caches and ours in it; undefined where the environment names none.
 * XDG Base Directory Specification: $XDG_CACHE_HOME, which must be absolute, or else $HOME/.cache.
 */
export function findCacheFolder(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const { XDG_CACHE_HOME: caches = "", HOME: home = "" } = env;
  if (caches.startsWith("/")) return join(caches, "containerspec");
  return home.startsWith("/") ? join(home, ".cache", "containerspec") : undefined;
}

/** The cache's own files in a folder. */
export async function listCacheFiles(folder: string): Promise<readonly CacheFile[]> {
  const files: CacheFile[] = [];
  for (const name of await readdir(folder)) {
    const kind = ENTRY.test(name) ? "entry" : LEFT_OVER.test(name) ? "left-over" : undefined;
    if (kind === undefined) continue;
    const path = join(folder, name);
    // Another process may have removed it by now.
    const info = await lstat(path).catch(() => undefined);
    if (info?.isFile() === true) files.push({ path, bytes: info.size, used: info.mtimeMs, kind });
  }
  return files;
}

/** Removes the cache's own files; returns how many entries there were, and their bytes. */
export async function clearFolder(folder: string): Promise<{ readonly entries: number; readonly bytes: number }> {
  const files = await listCacheFiles(folder);
  for (const { path } of files) await rm(path, { force: true });
  await rm(join(folder, STAMP), { force: true });
  return countEntries(files);
}

export function countEntries(files: readonly CacheFile[]): { readonly entries: number; readonly bytes: number } {
  const entries = files.filter(({ kind }) => kind === "entry");
  return { entries: entries.length, bytes: entries.reduce((sum, { bytes }) => sum + bytes, 0) };
}
