/**
 * What folders hold for an update: Dockerfiles, which are named Dockerfile or Containerfile with a word before or behind, and files that
 * are named uptodate.yaml.
 */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { ContainerspecError, findSystemReason } from "./errors.js";

const NAME = /^(?:Dockerfile|Containerfile)(?:[.-].+)?$|\.(?:[Dd]ockerfile|[Cc]ontainerfile)$/;
const UPTODATE = "uptodate.yaml";
/** Folders of tools, and those that say so themselves. */
const PASSED_OVER = new Set([".git", "node_modules", ".hg", ".svn"]);
export const IGNORE_MARK = ".uptodate-ignore";

export interface UpdateFiles {
  readonly dockerfiles: readonly string[];
  readonly uptodateFiles: readonly string[];
}

/**
 * Each path that is a file, which is taken for a Dockerfile, and of each that is a folder those in it, at any depth; sorted, and each once.
 *
 * @throws ContainerspecError file-not-found
 */
export async function findUpdateFiles(paths: readonly string[]): Promise<UpdateFiles> {
  const found = await Promise.all(paths.map(findAt));
  const merge = (key: keyof UpdateFiles): readonly string[] => [...new Set(found.flatMap((one) => one[key]))].sort();
  return { dockerfiles: merge("dockerfiles"), uptodateFiles: merge("uptodateFiles") };
}

async function findAt(path: string): Promise<UpdateFiles> {
  try {
    if (!(await stat(path)).isDirectory()) return { dockerfiles: [path], uptodateFiles: [] };
    const files = await listFiles(path);
    return {
      dockerfiles: files.flatMap(({ name, folder }) => (isDockerfileName(name) ? [join(folder, name)] : [])),
      uptodateFiles: files.flatMap(({ name, folder }) => (name === UPTODATE ? [join(folder, name)] : [])),
    };
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

export function isDockerfileName(name: string): boolean {
  return NAME.test(name);
}

interface Found {
  readonly folder: string;
  readonly name: string;
}

async function listFiles(folder: string): Promise<readonly Found[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  if (entries.some(({ name }) => name === IGNORE_MARK)) return [];
  const found = await Promise.all(
    entries.map(async (entry): Promise<readonly Found[]> => {
      if (entry.isDirectory()) return PASSED_OVER.has(entry.name) ? [] : listFiles(join(folder, entry.name));
      return entry.isFile() ? [{ folder, name: entry.name }] : [];
    }),
  );
  return found.flat();
}
