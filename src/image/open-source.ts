/** What lies behind a name on the command line, decided by its bytes: an archive, a compressed one, a stream, or a folder. */
import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import type { Readable } from "node:stream";
import { ContainerspecError, findSystemReason } from "../errors.js";
import type { BlobSource } from "./blob-source.js";
import { decompress, inflationOf, sniffCompression } from "./decompress.js";
import { openFolderArchive } from "./folder-archive.js";
import type { FileInspector } from "./inspector.js";
import { openSeekableArchive } from "./seekable-archive.js";
import { peek } from "./scan-blob.js";
import { readStreamedArchive } from "./streamed-archive.js";
import { hasValidChecksum, isZeroBlock, nameTar } from "./tar-header.js";

const HEAD = 4096;
const CHUNK = 1 << 20;
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
  if (!info.isFile()) return openStream(createReadStream(source, { highWaterMark: CHUNK }), inspector, source);
  const file = await open(source, "r").catch((error: unknown) => {
    throw cannotOpen(source, error);
  });
  const head = Buffer.alloc(HEAD);
  const { bytesRead } = await file.read(head, 0, HEAD, 0);
  if (sniffCompression(head.subarray(0, bytesRead)) !== "none") {
    await file.close();
    return openStream(createReadStream(source, { highWaterMark: CHUNK }), inspector, source);
  }
  try {
    checkIsTar(head.subarray(0, bytesRead), source);
    return await openSeekableArchive(file, info.size, inspector, source);
  } catch (error) {
    await file.close();
    throw nameTar(error, source);
  }
}

async function openStream<Facts>(
  chunks: AsyncIterable<Uint8Array>,
  inspector: FileInspector<Facts>,
  source: string,
): Promise<BlobSource<Facts>> {
  const outer = await peek(chunks, HEAD);
  const compression = sniffCompression(outer.head);
  const counter = { stored: 0, inflated: 0 };
  const inner = await peek(decompress(compression, outer.all, source, counter), HEAD);
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
  const text = Buffer.from(head).toString("latin1");
  if (text.startsWith("SIF_MAGIC", 32)) {
    throw new ContainerspecError(
      "unsupported-image",
      `Cannot read ${source}: it is a SIF image of Apptainer or Singularity; analyse the image that it was made from, or export it: apptainer build --sandbox FOLDER ${source}`,
    );
  }
  if (text.startsWith("hsqs"))
    throw new ContainerspecError(
      "unsupported-image",
      `Cannot read ${source}: it is a squashfs file system; ${SAVE_HINT}`,
    );
  throw new ContainerspecError(
    "not-an-image",
    `Cannot read ${source}: it is no tar archive and no compressed one; ${SAVE_HINT}`,
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
