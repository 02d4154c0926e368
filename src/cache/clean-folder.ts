/**
 * What is let go: entries that nobody has used for long, those used longest ago where all are too large together, and what processes
 * left that were killed while they wrote. One process an hour looks.
 */
import { rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { listCacheFiles, STAMP } from "./cache-folder.js";

export interface CacheLimits {
  /** bytes of all entries; passed at most for the time between two looks */
  readonly maxBytes: number;
  /** milliseconds since an entry was of use */
  readonly maxAge: number;
}

const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;

export const DEFAULT_CACHE_LIMITS: CacheLimits = { maxBytes: 2 ** 30, maxAge: 90 * DAY };

/** Cleans the folder unless that was done within an hour. */
export async function cleanSometimes(folder: string, limits: CacheLimits, now: number): Promise<void> {
  const stamp = join(folder, STAMP);
  const last = await stat(stamp).catch(() => undefined);
  if (last !== undefined && Math.abs(now - last.mtimeMs) < HOUR) return;
  await writeFile(stamp, "");
  await cleanFolder(folder, limits, now);
}

export async function cleanFolder(folder: string, { maxBytes, maxAge }: CacheLimits, now: number): Promise<void> {
  const files = [...(await listCacheFiles(folder))].sort((a, b) => b.used - a.used || (a.path < b.path ? -1 : 1));
  let kept = 0;
  for (const { path, bytes, used, kind } of files) {
    const isOld = now - used > (kind === "entry" ? maxAge : HOUR);
    if (!isOld && kept + bytes <= maxBytes) kept += bytes;
    else if (isOld || kind === "entry") await rm(path, { force: true });
  }
}
