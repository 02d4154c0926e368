/** Who is asked for tags and digests: a lock file, or registries, whose answers may be recorded as one. */
import { readFile } from "node:fs/promises";
import { ContainerspecError, findSystemReason } from "./errors.js";
import { fillLock, type ImageAtHand } from "./fill-lock.js";
import { EMPTY_LOCK, parseLock, renderLock, type Lock } from "./registry/lock.js";
import { createLockSource } from "./registry/lock-source.js";
import { recordLock } from "./registry/record-lock.js";
import { createRegistrySource } from "./registry/registry-source.js";
import type { TagSource } from "./registry/tag-source.js";

export interface TagSourceOptions {
  /** a lock file: it answers, and nobody else is asked */
  readonly lock?: string;
  /** OCI layouts and archives that answer in its place, or over it */
  readonly fill?: readonly string[];
  /** a lock file that gets the answers; what it has of others stays */
  readonly record?: string;
  /** a registry to the host that is asked in its place */
  readonly mirror?: ReadonlyMap<string, string>;
  /** hosts that are spoken to without TLS, beside those on this machine */
  readonly insecure?: readonly string[];
  /** for proxies, docker's config.json and credential helpers */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface OpenTagSource {
  readonly source: TagSource;
  /** the images of `fill`, whose bytes stand behind the answers */
  readonly images: readonly ImageAtHand[];
  /** the lock file with all answers until now */
  renderLock(): string;
  /** what an archive could not tell, one sentence each */
  readonly warnings: readonly string[];
}

/** @throws ContainerspecError file-not-found, not-a-lock, or what is wrong with an image to fill it from */
export async function openTagSource(options: TagSourceOptions): Promise<OpenTagSource> {
  const { lock, fill = [], record, mirror = new Map<string, string>(), insecure = [], environment } = options;
  const warnings: string[] = [];
  const images: ImageAtHand[] = [];
  let known = lock === undefined ? EMPTY_LOCK : await readLock(lock);
  for (const image of fill) {
    const filled = await fillLock(image, known);
    known = filled.lock;
    warnings.push(...filled.warnings);
    images.push(...filled.images);
  }
  const source =
    lock === undefined && fill.length === 0
      ? createRegistrySource({
          environment,
          insecure: true,
          insecureHosts: insecure,
          mirrors: Object.fromEntries(mirror),
        })
      : createLockSource(known, lock);
  const before = record === undefined ? EMPTY_LOCK : await readLock(record, EMPTY_LOCK);
  const recorder = recordLock(source, joinLocks(before, known));
  return { source: recorder.source, images, warnings, renderLock: () => renderLock(recorder.toLock()) };
}

/** The later one's answers stand over the earlier one's. */
function joinLocks(earlier: Lock, later: Lock): Lock {
  return {
    ...later,
    images: { ...earlier.images, ...later.images },
    tags: { ...earlier.tags, ...later.tags },
    ...(earlier.gone === undefined && later.gone === undefined
      ? {}
      : {
          gone: [...(earlier.gone ?? []), ...(later.gone ?? [])].filter((name) => !Object.hasOwn(later.images, name)),
        }),
  };
}

/** @param missing what stands for a file that is not there yet */
async function readLock(file: string, missing?: Lock): Promise<Lock> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    if (missing !== undefined && cause instanceof Error && "code" in cause && cause.code === "ENOENT") return missing;
    const reason = findSystemReason(cause);
    if (reason === undefined) throw cause;
    throw new ContainerspecError("file-not-found", `Cannot read the lock file ${file}: ${reason}`, {}, { cause });
  }
  return parseLock(text, file);
}
