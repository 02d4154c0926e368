/**
 * An uncompressed archive in a file: only its headers are read to learn what is where, and each blob is then read by position,
 * several at a time.
 */
import type { FileHandle } from "node:fs/promises";
import { ContainerspecError } from "../errors.js";
import type { BlobSource } from "./blob-source.js";
import { limitsOf, type FileInspector } from "./inspector.js";
import type { LayerRemark } from "./layer-facts.js";
import type { Limits } from "./limits.js";
import { createOuterLinks, followLinks, normalizeName, twice } from "./outer-links.js";
import { readWhole, type FileRange } from "./range-reader.js";
import { createRangeSource } from "./range-source.js";
import { createSeekingQueue } from "./seeking-queue.js";
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
  const names = new Set([...ranges.keys(), ...links.targets.keys()]);
  return createRangeSource({ file, source, inspector, names, remarks, find });
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

async function hasSameBytes(a: FileRange, b: FileRange, limits: Limits): Promise<boolean> {
  if (a.size !== b.size || a.size > limits.documentBytes) return false;
  const [left, right] = [await readWhole(a), await readWhole(b)];
  return left.equals(right);
}
