/**
 * An uncompressed archive in a file: only its headers are read to learn what is where, and each blob is then read by position,
 * several at a time.
 */
import type { FileHandle } from "node:fs/promises";
import { ContainerspecError } from "../errors.js";
import type { BlobSource } from "./blob-source.js";
import type { DigestAlgorithm } from "./digest.js";
import type { FileInspector } from "./inspector.js";
import type { LayerRemark } from "./layer-facts.js";
import { LIMITS } from "./limits.js";
import { createOuterLinks, followLinks, normalizeName, twice } from "./outer-links.js";
import { scanBlob } from "./scan-blob.js";
import { BLOCK, corruptTar, nameTar } from "./tar-header.js";
import { readTar, type TarEntry } from "./tar-reader.js";
import type { ByteQueue } from "./byte-queue.js";

const CHUNK = 1 << 20;

interface Range {
  readonly offset: number;
  readonly size: number;
}

/** Indexes the archive in `file`, which has `size` bytes. @throws ContainerspecError corrupt-image */
export async function openSeekableArchive<Facts>(
  file: FileHandle,
  size: number,
  inspector: FileInspector<Facts>,
  source: string,
): Promise<BlobSource<Facts>> {
  const ranges = new Map<string, Range>();
  const links = createOuterLinks(source);
  const remarks: LayerRemark[] = [];
  for await (const entry of readTar(createSeekingQueue(file, size), (remark) => remarks.push(remark))) {
    const name = normalizeName(entry.name);
    if (!links.add(entry, name) && entry.kind === "file") {
      checkWhole(entry, name, source);
      const known = ranges.get(name);
      if (known !== undefined && !(await hasSameBytes(file, known, { offset: entry.dataOffset, size: entry.size }))) {
        throw twice(name, source);
      }
      ranges.set(name, { offset: entry.dataOffset, size: entry.size });
    }
  }
  links.checkFiles(ranges);
  const find = (name: string): Range | undefined => ranges.get(followLinks(name, links.targets));
  async function scan(name: string, algorithm: DigestAlgorithm, eyes: FileInspector<Facts>) {
    const range = find(name);
    if (range === undefined) return undefined;
    return scanBlob(readRange(file, range), { inspector: eyes, algorithm, what: `${name} in ${source}` });
  }
  return {
    names: new Set([...ranges.keys(), ...links.targets.keys()]),
    remarks,
    async document(name) {
      const range = find(name);
      if (range === undefined) return undefined;
      checkDocumentSize(range.size, name, source);
      const chunks = await collect(readRange(file, range)).catch((error: unknown) => {
        throw nameTar(error, `${name} in ${source}`);
      });
      return Buffer.concat(chunks);
    },
    layer: (name, algorithm) => scan(name, algorithm, inspector),
    layerAgain: scan,
    close: () => file.close(),
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
export function checkDocumentSize(size: number, name: string, source: string): void {
  if (size > LIMITS.documentBytes) {
    throw new ContainerspecError(
      "limit-exceeded",
      `Cannot read ${name} in ${source}: it has ${size} bytes, and a JSON document of an image has at most ${LIMITS.documentBytes}`,
    );
  }
}

/** The bytes of a range, in chunks. */
async function* readRange(file: FileHandle, { offset, size }: Range): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < size;) {
    const buffer = Buffer.allocUnsafe(Math.min(CHUNK, size - at));
    await readWhole(file, buffer, offset + at);
    at += buffer.length;
    yield buffer;
  }
}

/** Fills a buffer from a position. @throws ContainerspecError corrupt-image where the file ends before it said it would */
async function readWhole(file: FileHandle, buffer: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < buffer.length;) {
    const { bytesRead } = await file.read(buffer, done, buffer.length - done, position + done);
    if (bytesRead === 0) throw corruptTar("the file shrinks while it is being read", position + done);
    done += bytesRead;
  }
}

/** A queue whose skips are seeks. */
function createSeekingQueue(file: FileHandle, size: number): ByteQueue {
  let position = 0;
  const buffer = Buffer.allocUnsafe(64 * 1024);
  let window = { start: 0, end: 0 };
  async function read(length: number): Promise<Uint8Array> {
    const end = Math.min(position + length, size);
    if (length <= buffer.length) {
      if (position < window.start || end > window.end) {
        const wanted = Math.min(length > BLOCK ? buffer.length : 8 * BLOCK, size - position);
        await readWhole(file, buffer.subarray(0, wanted), position);
        window = { start: position, end: position + wanted };
      }
      const from = position - window.start;
      position = end;
      return Buffer.from(buffer.subarray(from, end - window.start));
    }
    const large = Buffer.allocUnsafe(end - position);
    await readWhole(file, large, position);
    position = end;
    return large;
  }
  return {
    get position() {
      return position;
    },
    read,
    readPieces: async (length) => [await read(length)],
    skip: (length) => {
      const skipped = Math.min(length, size - position);
      position += skipped;
      return Promise.resolve(skipped);
    },
    async *rest() {
      while (position < size) yield await read(CHUNK);
    },
    inflation: () => 1,
    close: () => Promise.resolve(),
  };
}

async function hasSameBytes(file: FileHandle, a: Range, b: Range): Promise<boolean> {
  if (a.size !== b.size || a.size > LIMITS.documentBytes) return false;
  const [left, right] = [await collect(readRange(file, a)), await collect(readRange(file, b))];
  return Buffer.concat(left).equals(Buffer.concat(right));
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return all;
}
