/** The Dockerfiles of a folder: what is named Dockerfile or Containerfile, with a word before or behind. */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { ContainerspecError, findSystemReason } from "./errors.js";

const NAME = /^(?:Dockerfile|Containerfile)(?:[.-].+)?$|\.(?:[Dd]ockerfile|[Cc]ontainerfile)$/;
/** Folders of tools, and those that say so themselves. */
const PASSED_OVER = new Set([".git", "node_modules", ".hg", ".svn"]);
const IGNORE_MARK = ".uptodate-ignore";

/**
 * Each path that is a file, and of each that is a folder the Dockerfiles in it, at any depth; sorted, and each once.
 *
 * @throws ContainerspecError file-not-found
 */
export async function findDockerfiles(paths: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(paths.map(findAt));
  return [...new Set(found.flat())].sort();
}

async function findAt(path: string): Promise<readonly string[]> {
  try {
    return (await stat(path)).isDirectory() ? await findIn(path) : [path];
  } catch (cause) {
    const reason = findSystemReason(cause);
    if (reason === undefined) throw cause;
    throw new ContainerspecError(
      "file-not-found",
      `Cannot open ${path}: ${reason}; name a Dockerfile or a folder`,
      {},
      { cause },
    );
  }
}

async function findIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  if (entries.some(({ name }) => name === IGNORE_MARK)) return [];
  const found = await Promise.all(
    entries.map(async (entry): Promise<readonly string[]> => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return PASSED_OVER.has(entry.name) ? [] : findIn(path);
      return entry.isFile() && NAME.test(entry.name) ? [path] : [];
    }),
  );
  return found.flat();
}
