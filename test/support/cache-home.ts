/** A folder for caches that lives as long as one command: no test is warmed by another, and none writes to the user's cache. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export function withCacheHome<Result>(run: (folder: string) => Result): Result {
  const folder = mkdtempSync(join(tmpdir(), "containerspec-cache-"));
  try {
    return run(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
