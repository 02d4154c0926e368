/** An OCI layout, or an unpacked archive, as a folder on disk. Links in it are followed only inside it. */
import { readdir, realpath, type FileHandle } from "node:fs/promises";
import { join, sep } from "node:path";
import { ContainerspecError, isSystemError } from "../errors.js";
import type { BlobSource, Hashing } from "./blob-source.js";
import { identifyRange } from "./identify-range.js";
import { limitsOf, type FileInspector } from "./inspector.js";
import { createLayerThreads } from "./layer-threads.js";
import { markRange } from "./mark-range.js";
import { readDocument, type FileRange } from "./range-reader.js";
import { scanRange } from "./scan-range.js";
import { openRegularFile } from "./regular-file.js";
import { isSquashfsRange } from "./squashfs-layer.js";
import { watchFile } from "./steady-file.js";

/** Names that nothing has, and links that lead to nothing; the last is of a name with a NUL. */
const ABSENT = new Set<unknown>(["ENOENT", "ENOTDIR", "ELOOP", "ENAMETOOLONG", "ERR_INVALID_ARG_VALUE"]);

/** Opens a folder; only names at its top and below blobs/ belong to an image. */
export async function openFolderArchive<Facts>(
  folder: string,
  inspector: FileInspector<Facts>,
): Promise<BlobSource<Facts>> {
  const root = await realpath(folder);
  const limits = limitsOf(inspector);
  const threads = createLayerThreads();
  const files = new Set<FileHandle>();
  const names = new Set(await listNames(root));
  const nameIn = (name: string): string => `${name} in ${folder}`;
  async function find(name: string): Promise<string | undefined> {
    const path = await realpath(join(root, name)).catch(undefinedIfAbsent);
    if (path !== undefined && !path.startsWith(root + sep)) {
      throw new ContainerspecError("corrupt-image", `Cannot read ${nameIn(name)}: it is a link that leaves the folder`);
    }
    return path;
  }
  async function withRange<Result>(name: string, read: (range: FileRange) => Promise<Result>) {
    const path = await find(name);
    if (path === undefined) return undefined;
    const file = await openRegularFile(path, (found) => notAFile(folder, name, found));
    files.add(file);
    const steady = await watchFile(file, nameIn(name), { image: folder });
    const range = { fd: file.fd, offset: 0, size: steady.size };
    const result = await steady
      .during(() => read(range))
      .catch((error: unknown) => {
        throw nameFile(error, path);
      });
    // Not where that failed: a thread may still read it.
    files.delete(file);
    await file.close();
    return result;
  }
  function scan(name: string, hashing: Hashing, eyes: FileInspector<Facts>) {
    const options = { inspector: eyes, hashing, what: nameIn(name) };
    return withRange(name, (range) => scanRange(range, options, threads));
  }
  return {
    names,
    remarks: [],
    document: (name) => withRange(name, (range) => readDocument(range, limits, nameIn(name))),
    layer: (name, hashing) => scan(name, hashing, inspector),
    layerAgain: scan,
    identify: (name, hashing) =>
      withRange(name, (range) => identifyRange(range, { hashing, what: nameIn(name), limits }, threads)),
    mark: (name) => withRange(name, (range) => Promise.resolve(markRange(range))),
    isSquashfs: (name) => withRange(name, (range) => Promise.resolve(isSquashfsRange(range))),
    async close() {
      await threads.close();
      await Promise.all([...files].map((file) => file.close()));
    },
  };
}

async function listNames(root: string): Promise<string[]> {
  const names: string[] = [];
  for (const entry of await readdir(root, { withFileTypes: true })) {
    names.push(entry.name);
    if (!entry.isDirectory() || entry.name === "proc") continue;
    const algorithms = entry.name === "blobs" ? await readdir(join(root, entry.name)) : [];
    for (const algorithm of algorithms) {
      const blobs = await readdir(join(root, entry.name, algorithm)).catch(undefinedIfAbsent);
      names.push(...(blobs ?? []).map((blob) => `blobs/${algorithm}/${blob}`));
    }
    if (/^[0-9a-f]{64}$/.test(entry.name)) names.push(`${entry.name}/layer.tar`);
  }
  return names;
}

function notAFile(folder: string, name: string, found: string): ContainerspecError {
  return new ContainerspecError(
    "corrupt-image",
    `Cannot read ${folder}: its ${name} is ${found} where a file was expected`,
    { image: folder },
  );
}

/** What cannot be there is not in the image; what may not be looked at is an error. */
function undefinedIfAbsent(error: unknown): undefined {
  if (error instanceof Error && "code" in error && ABSENT.has(error.code)) return;
  throw error;
}

/** A call that fails on an open file does not say which one that is. */
function nameFile(error: unknown, path: string): unknown {
  return isSystemError(error) ? Object.assign(error, { path }) : error;
}
