/**
 * What folders hold for an update: Dockerfiles, which are named Dockerfile or Containerfile with a word before or behind, and files that
 * are named uptodate.yaml.
 */
import { readdir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { parseDockerfile } from "./dockerfile/document.js";
import { ContainerspecError, findSystemReason } from "./errors.js";
import { readDockerfile } from "./read-dockerfile.js";

const NAME = /^(?:Dockerfile|Containerfile)(?:[.-].+)?$|\.(?:[Dd]ockerfile|[Cc]ontainerfile)$/;
/** What BuildKit reads beside a Dockerfile, and what is written about one. */
const NOT_BUILT = /\.(?:dockerignore|md)$/;
const UPTODATE = "uptodate.yaml";
/** Folders of tools, and those that say so themselves. */
const PASSED_OVER = new Set([".git", "node_modules", ".hg", ".svn"]);
export const IGNORE_MARK = ".uptodate-ignore";

export interface UpdateFiles {
  readonly dockerfiles: readonly string[];
  /** found under the name of a Dockerfile, with nothing in it that builds */
  readonly others: readonly string[];
  readonly uptodateFiles: readonly string[];
}

/**
 * Each path that is a file, which is taken for a Dockerfile, and of each that is a folder those in it, at any depth; sorted, and each once,
 * whatever ways lead to it.
 *
 * @throws ContainerspecError file-not-found
 */
export async function findUpdateFiles(paths: readonly string[]): Promise<UpdateFiles> {
  const found = await Promise.all(paths.map(findAt));
  const named = found.flatMap((one) => one.named);
  const dockerfiles = await keepOnce([...named, ...found.flatMap((one) => one.dockerfiles)]);
  const others: string[] = [];
  for (const file of dockerfiles)
    if (!named.includes(file) && parseDockerfile(await readDockerfile(file)).stages.length === 0) others.push(file);
  return {
    dockerfiles: dockerfiles.filter((file) => !others.includes(file)),
    others,
    uptodateFiles: await keepOnce(found.flatMap((one) => one.uptodateFiles)),
  };
}

/** Each by the first of its names; sorted. */
async function keepOnce(files: readonly string[]): Promise<readonly string[]> {
  const names = new Map<string, string>();
  for (const file of files) {
    const path = await realpath(file).catch(() => file);
    if (!names.has(path)) names.set(path, file);
  }
  return [...names.values()].sort();
}

interface FoundFiles extends Omit<UpdateFiles, "others"> {
  readonly named: readonly string[];
}

async function findAt(path: string): Promise<FoundFiles> {
  try {
    if (!(await stat(path)).isDirectory()) return { named: [path], dockerfiles: [], uptodateFiles: [] };
    const files = await listFiles(path);
    return {
      named: [],
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
  return NAME.test(name) && !NOT_BUILT.test(name);
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
