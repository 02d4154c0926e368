/**
 * What lies behind a name on the command line, decided by its bytes: an archive, a compressed one, a SIF image or another squashfs
 * file system, a stream, or a folder.
 */
import { createReadStream } from "node:fs";
import { stat, type FileHandle } from "node:fs/promises";
import type { Readable } from "node:stream";
import { ContainerspecError, findSystemReason } from "../errors.js";
import type { BlobSource } from "./blob-source.js";
import { decompress, inflationOf, sniffCompression } from "./decompress.js";
import { NO_CONFIG } from "./documents.js";
import { openFolderArchive } from "./folder-archive.js";
import { createSection } from "./image-section.js";
import { limitsOf, type FileInspector } from "./inspector.js";
import { openRegularFile } from "./regular-file.js";
import { openSeekableArchive } from "./seekable-archive.js";
import { peek } from "./scan-blob.js";
import { isSif } from "./sif.js";
import { openSifArchive } from "./sif-archive.js";
import { findSquashfs, openSquashfsArchive } from "./squashfs-archive.js";
import { keepSteady, watchFile } from "./steady-file.js";
import { readStreamedArchive } from "./streamed-archive.js";
import { hasValidChecksum, isZeroBlock, nameTar } from "./tar-header.js";

const HEAD = 4096;
const CHUNK = 1 << 20;
/** s_magic of an ext superblock, which begins at 1024 */
const EXT_MAGIC_AT = 1080;
const SAVE_HINT = "save the image with: docker save IMAGE -o image.tar";

/**
 * Opens the image at `source` ("-" is `stdin`).
 *
 * @throws ContainerspecError file-not-found, not-an-image, unsupported-image
 */
export async function openImageSource<Facts>(
  source: string,
  inspector: FileInspector<Facts>,
  stdin: Readable | undefined,
): Promise<BlobSource<Facts>> {
  if (source === "-") {
    if (stdin === undefined)
      throw new ContainerspecError("usage", "Cannot read standard input here: give the name of a file");
    return openStream(stdin, inspector, "standard input");
  }
  const info = await stat(source).catch((error: unknown) => {
    throw cannotOpen(source, error);
  });
  if (info.isDirectory()) return openFolderArchive(source, inspector);
  if (info.isFIFO()) return openStream(createReadStream(source, { highWaterMark: CHUNK }), inspector, source);
  const file = await openRegularFile(source, (found) => refuse(source, found)).catch((error: unknown) => {
    throw error instanceof ContainerspecError ? error : cannotOpen(source, error);
  });
  try {
    return await openFile(file, inspector, source);
  } catch (error) {
    await file.close();
    throw nameTar(error, source);
  }
}

/** A file: read by position, unless it is compressed as a whole. */
async function openFile<Facts>(
  file: FileHandle,
  inspector: FileInspector<Facts>,
  source: string,
): Promise<BlobSource<Facts>> {
  const steady = await watchFile(file, source, { image: source });
  const bytes = Buffer.alloc(HEAD);
  const { bytesRead } = await file.read(bytes, 0, HEAD, 0);
  const head = bytes.subarray(0, bytesRead);
  if (sniffCompression(head) !== "none")
    return openStream(file.createReadStream({ start: 0, highWaterMark: CHUNK }), inspector, source);
  return keepSteady(await steady.during(() => openForm(file, head, steady.size, inspector, source)), steady);
}

/** The form of image that a file's first bytes tell. */
async function openForm<Facts>(
  file: FileHandle,
  head: Uint8Array,
  size: number,
  inspector: FileInspector<Facts>,
  source: string,
): Promise<BlobSource<Facts>> {
  if (isSif(head)) return openSifArchive(file, size, inspector, source);
  const start = findSquashfs(head);
  if (start === undefined) {
    checkIsTar(head, source);
    return openSeekableArchive(file, size, inspector, source);
  }
  const section = createSection(file, source, start, size - start);
  const platform = { os: "linux", architecture: "" };
  const config = { ...NO_CONFIG, platform, isEnvKnown: false };
  return openSquashfsArchive(file, section, config, inspector);
}

async function openStream<Facts>(
  chunks: AsyncIterable<Uint8Array>,
  inspector: FileInspector<Facts>,
  source: string,
): Promise<BlobSource<Facts>> {
  const outer = await peek(chunks, HEAD);
  const compression = sniffCompression(outer.head);
  const counter = { stored: 0, inflated: 0 };
  const options = { counter, limits: limitsOf(inspector) };
  const inner = await peek(decompress(compression, outer.all, source, options), HEAD);
  try {
    checkIsTar(inner.head, source);
    return await readStreamedArchive(inner.all, inspector, source, () => inflationOf(counter));
  } finally {
    await inner.all.return(undefined);
  }
}

/** Says what a file is that is no tar, and what would be one. @throws ContainerspecError */
function checkIsTar(head: Uint8Array, source: string): void {
  if (head.length === 0)
    throw new ContainerspecError("not-an-image", `Cannot read ${source}: it is empty; ${SAVE_HINT}`, { image: source });
  if (hasValidChecksum(head.subarray(0, 512)) || (head.length >= 512 && isZeroBlock(head.subarray(0, 512)))) return;
  const found = findOtherForm(head);
  if (found !== undefined)
    throw new ContainerspecError("unsupported-image", `Cannot read ${source}: ${found}`, { image: source });
  throw new ContainerspecError(
    "not-an-image",
    `Cannot read ${source}: it is no tar archive and no compressed one; ${SAVE_HINT}`,
    { image: source },
  );
}

/** What cannot be read as it comes: file systems that are read by position, in a stream, and those that nobody reads here. */
function findOtherForm(head: Uint8Array): string | undefined {
  const name = isSif(head) ? "a SIF image" : findSquashfs(head) === undefined ? undefined : "a squashfs file system";
  if (name !== undefined)
    return `it is ${name}, whose parts are found by their place; give the name of a file that is not compressed as a whole`;
  if (head[EXT_MAGIC_AT] === 0x53 && head[EXT_MAGIC_AT + 1] === 0xef)
    return "it is an ext3 file system, as Singularity 2 made them; build it again: apptainer build new.sif old.img";
  return undefined;
}

function refuse(source: string, found: string): ContainerspecError {
  return new ContainerspecError(
    "not-an-image",
    `Cannot read ${source}: it is ${found}, where a file, a folder or a pipe was expected; what comes out of it can be given on standard input: containerspec analyze -`,
    { image: source },
  );
}

function cannotOpen(source: string, cause: unknown): ContainerspecError {
  const isAbsent = cause instanceof Error && "code" in cause && cause.code === "ENOENT";
  const found = isAbsent
    ? `no such file; ${SAVE_HINT}`
    : `${findSystemReason(cause) ?? String(cause)}; expected a file or a folder that may be read`;
  return new ContainerspecError("file-not-found", `Cannot open ${source}: ${found}`, { image: source }, { cause });
}
