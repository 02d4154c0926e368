/**
 * An uncompressed archive in a file: only its headers are read to learn what is where, and each blob is then read by position,
 * several at a time.
 */
import type { FileHandle } from "node:fs/promises";
import { ContainerspecError } from "../errors.js";
import type { BlobSource, Hashing } from "./blob-source.js";
import { identifyRange } from "./identify-range.js";
import { limitsOf, type FileInspector } from "./inspector.js";
import type { LayerRemark } from "./layer-facts.js";
import { describeLimit, type Limits } from "./limits.js";
import { createOuterLinks, followLinks, normalizeName, twice } from "./outer-links.js";
import { createLayerThreads } from "./layer-threads.js";
import { readRange, type FileRange } from "./range-reader.js";
import { scanRange } from "./scan-range.js";
import { createSeekingQueue } from "./seeking-queue.js";
import { nameTar } from "./tar-header.js";
import { readTar, type TarEntry } from "./tar-reader.js";

/** Indexes the archive in `file`, which has `size` bytes. @throws ContainerspecError corrupt-image */
export async function openSeekableArchive<Facts>(
  file: FileHandle,
  size: number,
  inspector: FileInspector<Facts>,
  source: string,
): Promise<BlobSource<Facts>> {
  const { fd } = file;
  const limits = limitsOf(inspector);
  const threads = createLayerThreads();
  const ranges = new Map<string, FileRange>();
  const links = createOuterLinks(source);
  const remarks: LayerRemark[] = [];
  const queue = createSeekingQueue({ fd, offset: 0, size });
  for await (const entry of readTar(queue, (remark) => remarks.push(remark), limits)) {
    const name = normalizeName(entry.name);
    if (!links.add(entry, name) && entry.kind === "file") {
      checkWhole(entry, name, source);
      const known = ranges.get(name);
      const range = { fd, offset: entry.dataOffset, size: entry.size };
      if (known !== undefined && !(await hasSameBytes(known, range, limits))) throw twice(name, source);
      ranges.set(name, range);
    }
  }
  links.checkFiles(ranges);
  const find = (name: string): FileRange | undefined => ranges.get(followLinks(name, links.targets));
  async function scan(name: string, hashing: Hashing, eyes: FileInspector<Facts>) {
    const range = find(name);
    if (range === undefined) return undefined;
    return scanRange(range, { inspector: eyes, hashing, what: `${name} in ${source}` }, threads);
  }
  return {
    names: new Set([...ranges.keys(), ...links.targets.keys()]),
    remarks,
    async document(name) {
      const range = find(name);
      if (range === undefined) return undefined;
      checkDocumentSize(range.size, limits, `${name} in ${source}`);
      const chunks = await collect(readRange(range)).catch((error: unknown) => {
        throw nameTar(error, `${name} in ${source}`);
      });
      return Buffer.concat(chunks);
    },
    layer: (name, hashing) => scan(name, hashing, inspector),
    layerAgain: scan,
    async identify(name, hashing) {
      const range = find(name);
      if (range === undefined) return undefined;
      return identifyRange(range, { hashing, what: `${name} in ${source}`, limits }, threads);
    },
    async close() {
      await threads.close();
      await file.close();
    },
  };
}

/** @throws ContainerspecError unsupported-image where an archive stores one of its files with holes */
export function checkWhole(entry: Pick<TarEntry, "size" | "storedSize">, name: string, source: string): void {
  if (entry.storedSize !== entry.size) {
    throw new ContainerspecError(
      "unsupported-image",
      `Cannot read ${source}: it stores ${name} as a sparse file, which no tool does that saves images; pack it again without --sparse`,
    );
  }
}

/** @throws ContainerspecError limit-exceeded */
export function checkDocumentSize(size: number, limits: Limits, what: string): void {
  if (size > limits.documentBytes) {
    throw new ContainerspecError(
      "limit-exceeded",
      `Cannot read ${what}: as a JSON document of an image it has ${size} bytes, and ${describeLimit(limits, "documentBytes")}`,
    );
  }
}

async function hasSameBytes(a: FileRange, b: FileRange, limits: Limits): Promise<boolean> {
  if (a.size !== b.size || a.size > limits.documentBytes) return false;
  const [left, right] = [await collect(readRange(a)), await collect(readRange(b))];
  return Buffer.concat(left).equals(Buffer.concat(right));
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return all;
}
