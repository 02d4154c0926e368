/** An OCI layout, or an unpacked archive, as a folder on disk. Links in it are followed only inside it. */
import { open, readdir, readFile, realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { ContainerspecError } from "../errors.js";
import type { BlobSource, Hashing } from "./blob-source.js";
import { identifyRange } from "./identify-range.js";
import { limitsOf, type FileInspector } from "./inspector.js";
import { createLayerThreads } from "./layer-threads.js";
import { checkDocumentSize } from "./limits.js";
import type { FileRange } from "./range-reader.js";
import { scanRange } from "./scan-range.js";
import { isSquashfsRange } from "./squashfs-layer.js";

/** Opens a folder; only names at its top and below blobs/ belong to an image. */
export async function openFolderArchive<Facts>(
  folder: string,
  inspector: FileInspector<Facts>,
): Promise<BlobSource<Facts>> {
  const root = await realpath(folder);
  const threads = createLayerThreads();
  const names = new Set(await listNames(root));
  async function find(name: string): Promise<string | undefined> {
    const path = await realpath(join(root, name)).catch(() => undefined);
    if (path === undefined) return undefined;
    if (!path.startsWith(root + sep)) {
      throw new ContainerspecError(
        "corrupt-image",
        `Cannot read ${name} in ${folder}: it is a link that leaves the folder`,
      );
    }
    return path;
  }
  async function withRange<Result>(name: string, read: (range: FileRange) => Promise<Result>) {
    const path = await find(name);
    if (path === undefined) return undefined;
    const file = await open(path, "r");
    try {
      const { size } = await file.stat();
      return await read({ fd: file.fd, offset: 0, size });
    } finally {
      await file.close();
    }
  }
  function scan(name: string, hashing: Hashing, eyes: FileInspector<Facts>) {
    const options = { inspector: eyes, hashing, what: `${name} in ${folder}` };
    return withRange(name, (range) => scanRange(range, options, threads));
  }
  return {
    names,
    remarks: [],
    async document(name) {
      const path = await find(name);
      if (path === undefined) return undefined;
      const { size } = await stat(path);
      checkDocumentSize(size, limitsOf(inspector), `${name} in ${folder}`);
      return readFile(path);
    },
    layer: (name, hashing) => scan(name, hashing, inspector),
    layerAgain: scan,
    identify(name, hashing) {
      const options = { hashing, what: `${name} in ${folder}`, limits: limitsOf(inspector) };
      return withRange(name, (range) => identifyRange(range, options, threads));
    },
    isSquashfs: (name) => withRange(name, (range) => Promise.resolve(isSquashfsRange(range))),
    close: () => threads.close(),
  };
}

async function listNames(root: string): Promise<string[]> {
  const names: string[] = [];
  for (const entry of await readdir(root, { withFileTypes: true })) {
    names.push(entry.name);
    if (!entry.isDirectory() || entry.name === "proc") continue;
    const algorithms = entry.name === "blobs" ? await readdir(join(root, entry.name)) : [];
    for (const algorithm of algorithms) {
      const blobs = await readdir(join(root, entry.name, algorithm)).catch(() => []);
      names.push(...blobs.map((blob) => `blobs/${algorithm}/${blob}`));
    }
    if (/^[0-9a-f]{64}$/.test(entry.name)) names.push(`${entry.name}/layer.tar`);
  }
  return names;
}
