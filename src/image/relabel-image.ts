/** An image written again with other labels: config, manifest and index change, everything else is copied; whole, or not at all. */
import { randomBytes } from "node:crypto";
import { open, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname, join, resolve, sep } from "node:path";
import { ContainerspecError, findSystemReason } from "../errors.js";
import { copyArchive } from "./copy-archive.js";
import type { FileInspector } from "./inspector.js";
import { resolveLimits, type Limits } from "./limits.js";
import { openImageSource } from "./open-source.js";
import { chooseImage } from "./read-image.js";
import { relabelDocuments, type Relabelled, type WantedLabels } from "./relabel-documents.js";
import type { Selection } from "./select-image.js";
import { packTar } from "./write-tar.js";

export interface RelabelOptions extends Selection {
  readonly verify: "always" | "auto" | "never";
  readonly limits?: Partial<Limits>;
}

/** Layers are copied: nobody looks into them. */
const BLIND: FileInspector<undefined> = { wants: () => false, inspect: () => undefined, skipped: undefined };

/**
 * Writes the archive or layout at `source` to the file `target`, with one of its images having other labels.
 *
 * @throws ContainerspecError usage where the target cannot be written, or is the source; unsupported-image for forms without a config
 */
export async function relabelImage(
  source: string,
  target: string,
  labels: WantedLabels,
  options: RelabelOptions,
): Promise<Relabelled> {
  if (source === "-")
    throw new ContainerspecError(
      "usage",
      "Cannot write an image again that comes on standard input: save it to a file first",
    );
  await checkTarget(source, target);
  const before = await stat(source);
  const limits = resolveLimits(options.limits);
  const blobs = await openImageSource(source, { ...BLIND, limits }, undefined);
  let changes: Relabelled;
  try {
    const { image } = await chooseImage(blobs, source, { ...options, limits });
    changes = await relabelDocuments(blobs, image, labels);
  } finally {
    await blobs.close();
  }
  await writeWhole(target, packTar(copyArchive(source, changes, limits)), async () => {
    const after = await stat(source);
    if (after.mtimeMs !== before.mtimeMs || after.size !== before.size || after.ino !== before.ino)
      throw new ContainerspecError("corrupt-image", `Cannot write ${source} again: it changes while it is being read`);
  });
  return changes;
}

/** @throws ContainerspecError usage where the target is the source, or a part of it */
async function checkTarget(source: string, target: string): Promise<void> {
  const [from, to] = [await stat(source).catch(() => undefined), await stat(target).catch(() => undefined)];
  const isSame = from !== undefined && to !== undefined && from.dev === to.dev && from.ino === to.ino;
  const root = await realpath(source).catch(() => resolve(source));
  const folder = await realpath(dirname(target)).catch(() => resolve(dirname(target)));
  if (isSame || to?.isDirectory() === true || `${folder}${sep}`.startsWith(`${root}${sep}`))
    throw new ContainerspecError(
      "usage",
      `Cannot write ${target}: ${isSame ? "it is the image itself" : to?.isDirectory() === true ? "it is a folder" : "it lies in the image's own folder"}; name another file`,
    );
}

/** Beside its place first, and then in it, where `check` has nothing against that. */
async function writeWhole(
  target: string,
  chunks: AsyncIterable<Uint8Array>,
  check: () => Promise<void>,
): Promise<void> {
  const temporary = join(dirname(target), `.containerspec-${randomBytes(8).toString("hex")}`);
  const file = await open(temporary, "wx").catch((error: unknown) => {
    throw cannotWrite(target, error);
  });
  try {
    try {
      for await (const chunk of chunks) {
        await file.appendFile(chunk).catch((error: unknown) => {
          throw cannotWrite(target, error);
        });
      }
      await file.sync();
    } finally {
      await file.close();
    }
    await check();
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

function cannotWrite(target: string, cause: unknown): unknown {
  const reason = findSystemReason(cause);
  if (reason === undefined) return cause;
  return new ContainerspecError(
    "usage",
    `Cannot write ${target}: ${reason}; nothing was written`,
    { path: target },
    { cause },
  );
}
