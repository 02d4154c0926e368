/**
 * A lock file filled from images that are at hand: an OCI layout, as a folder or an archive, knows the digests that its registry has. What
 * an archive cannot know is not written, and said.
 */
import { parseReference, toCanonicalName } from "./dockerfile/reference.js";
import { ContainerspecError } from "./errors.js";
import type { BlobSource } from "./image/blob-source.js";
import type { CandidateImage } from "./image/candidate-image.js";
import { findDocker, findIndexed } from "./image/candidates.js";
import { notAnImage } from "./image/check-image.js";
import { parseIndexOrManifest, parseJson } from "./image/documents.js";
import type { FileInspector } from "./image/inspector.js";
import { DEFAULT_LIMITS } from "./image/limits.js";
import { openImageSource } from "./image/open-source.js";
import { normalizePlatform, toPlatformText } from "./image/platform.js";
import { findTime } from "./registry/created.js";
import { EMPTY_LOCK, type Lock, type LockedImage } from "./registry/lock.js";

/** An image whose bytes are here. */
export interface ImageAtHand {
  /** `docker.io/library/debian:12` */
  readonly name: string;
  /** what a registry has under that name: of the index where there is one */
  readonly digest: string;
  /** the file or folder */
  readonly source: string;
  /** those that are here */
  readonly platforms: readonly string[];
  /** those that its index lists, and that were not copied */
  readonly absent: readonly string[];
}

export interface FilledLock {
  readonly lock: Lock;
  /** what was written, as images that can be read */
  readonly images: readonly ImageAtHand[];
  /** the names that were written, sorted */
  readonly added: readonly string[];
  /** what was not written, or may not be what a registry has, and why: one sentence each */
  readonly warnings: readonly string[];
}

/** Documents alone are wanted: no file of any layer is looked into. */
const NOTHING: FileInspector<undefined> = { wants: () => false, inspect: () => undefined, skipped: undefined };
const USUAL_PLATFORM = "linux/amd64";

/**
 * The lock with the images of an archive or a layout in it, over what was there before.
 *
 * @throws ContainerspecError where the source is no image, or contradicts itself
 */
export async function fillLock(source: string, before: Lock = EMPTY_LOCK): Promise<FilledLock> {
  const blobs = await openImageSource(source, NOTHING, undefined);
  try {
    if (blobs.image !== undefined)
      throw new ContainerspecError(
        "unsupported-image",
        `Cannot fill a lock file from ${source}: a form without manifests knows no digest; use an OCI layout`,
        { image: source },
      );
    const indexed = await findIndexed(blobs, true, DEFAULT_LIMITS);
    const docker = blobs.names.has("manifest.json") ? await findDocker(blobs, true) : [];
    if (indexed.length + docker.length === 0) throw notAnImage(source, blobs.names);
    const warnings: string[] = [];
    const found = new Map<string, LockedImage>();
    const atHand: ImageAtHand[] = [];
    for (const [name, images] of groupByName(indexed, docker, warnings, source)) {
      const problem = findProblem(images);
      if (problem !== undefined) {
        warnings.push(`${name} of ${source} is not written: ${problem}`);
        continue;
      }
      const image = await toLocked(blobs, images);
      found.set(name, image);
      atHand.push(toImageAtHand(name, source, image, images));
      if (images[0]?.index === undefined)
        warnings.push(
          `${name} of ${source} is there for ${Object.keys(image.platforms).join(", ")} alone, without an index; where its registry has an index, or the image was saved and not copied, the registry has another digest: copy it with skopeo copy --all`,
        );
    }
    const gone = (before.gone ?? []).filter((name) => !found.has(name));
    const { gone: _, ...rest } = before;
    const lock: Lock = {
      ...rest,
      images: { ...before.images, ...Object.fromEntries(found) },
      ...(gone.length === 0 ? {} : { gone }),
    };
    return { lock, images: atHand, added: [...found.keys()].sort(), warnings: warnings.sort() };
  } finally {
    await blobs.close();
  }
}

/** Images under each full name that the archive gives them: by OCI's and containerd's annotations, and by docker's RepoTags. */
function groupByName(
  indexed: readonly CandidateImage[],
  docker: readonly CandidateImage[],
  warnings: string[],
  source: string,
): ReadonlyMap<string, readonly CandidateImage[]> {
  const groups = new Map<string, CandidateImage[]>();
  const images = indexed.length > 0 ? indexed : docker;
  for (const image of images) {
    const twins = docker.filter(({ configDigest }) => configDigest === image.configDigest);
    const names = new Set([...image.references, ...twins.flatMap(({ references }) => references)].flatMap(toFullNames));
    if (names.size === 0)
      warnings.push(
        `${image.index ?? image.digest} of ${source} is not written: its name is ${image.references.join(", ") || "not told"}, where name:tag was expected`,
      );
    for (const name of names) groups.set(name, [...(groups.get(name) ?? []), image]);
  }
  return groups;
}

/** The full name of a name with a tag. A tag by itself, as some layouts have it, names nothing. */
function toFullNames(reference: string): readonly string[] {
  const parsed = parseReference(reference);
  return parsed?.tag === undefined ? [] : [toCanonicalName(parsed.name, parsed.tag)];
}

/** Why the digest that a registry has for a name does not follow from these images; undefined where it does. */
function findProblem(images: readonly CandidateImage[]): string | undefined {
  if (images.some(({ digest, configDigest }) => digest === configDigest))
    return "an archive of this form does not know the digest of its manifest; save it as an OCI layout: skopeo copy --all docker://… oci:…";
  const tops = new Set(images.map(({ index, digest }) => index ?? digest));
  if (tops.size > 1) return `there are ${tops.size} images of that name, and no index of them`;
  // Docker without containerd's store, and others that keep layers unpacked, write a manifest when they save, which no registry has seen.
  const isPlain = images.every(
    ({ index, layers }) =>
      index === undefined && layers.length > 0 && layers.every(({ mediaType = "" }) => /\.tar$/.test(mediaType)),
  );
  if (isPlain)
    return "its manifest was made when it was saved, and the registry's is another one; save it as an OCI layout: skopeo copy --all docker://… oci:…";
  return undefined;
}

function toImageAtHand(
  name: string,
  source: string,
  { digest, platforms: listed }: LockedImage,
  images: readonly CandidateImage[],
): ImageAtHand {
  const platforms = [...new Set(images.map(({ platform }) => toPlatformText(normalizePlatform(platform))))];
  const absent = Object.keys(listed).filter((platform) => !platforms.includes(platform));
  return { name, digest, source, platforms, absent };
}

type Documents = Pick<BlobSource<undefined>, "document" | "names">;

async function toLocked(blobs: Documents, images: readonly CandidateImage[]): Promise<LockedImage> {
  const [first] = images as readonly [CandidateImage];
  const platforms = new Map<string, string>();
  for (const { platform, digest } of images)
    addPlatform(platforms, toPlatformText(normalizePlatform(platform)), digest);
  if (first.index !== undefined)
    for (const [platform, digest] of await listIndexed(blobs, first.index)) addPlatform(platforms, platform, digest);
  const usual = images.find(({ platform }) => toPlatformText(normalizePlatform(platform)) === USUAL_PLATFORM) ?? first;
  const created = await findCreated(blobs, usual.configDigest);
  const sorted = [...platforms].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    digest: first.index ?? first.digest,
    platforms: Object.fromEntries(sorted),
    ...(created === undefined ? {} : { created }),
  };
}

function addPlatform(platforms: Map<string, string>, platform: string, digest: string): void {
  if (/^[a-z0-9._-]+(?:\/[a-z0-9._-]+){1,2}$/.test(platform) && !platforms.has(platform))
    platforms.set(platform, digest);
}

/** The platforms of an index, also those whose blobs were left out, and of the indexes in it. */
async function listIndexed(
  blobs: Documents,
  digest: string,
  seen = new Set<string>(),
): Promise<readonly (readonly [string, string])[]> {
  // Not every one was read before, and held against its digest: one may list itself.
  if (seen.has(digest)) return [];
  seen.add(digest);
  const bytes = await findDocument(blobs, digest);
  const parsed = bytes === undefined ? undefined : parseIndexOrManifest(parseJson(bytes, digest), digest);
  if (parsed === undefined || !("index" in parsed)) return [];
  const found: (readonly [string, string])[] = [];
  for (const { mediaType, platform, digest: listed } of parsed.index) {
    if (/image\.index\.|manifest\.list\./.test(mediaType)) found.push(...(await listIndexed(blobs, listed, seen)));
    else if (platform !== undefined && platform.os !== "unknown" && platform.architecture !== "unknown")
      found.push([toPlatformText(normalizePlatform(platform)), listed]);
  }
  return found;
}

async function findCreated(blobs: Documents, digest: string): Promise<string | undefined> {
  const bytes = await findDocument(blobs, digest);
  const config = bytes === undefined ? undefined : parseJson(bytes, digest);
  return typeof config === "object" && config !== null && "created" in config ? findTime(config.created) : undefined;
}

async function findDocument(blobs: Documents, digest: string): Promise<Uint8Array | undefined> {
  const name = `blobs/${digest.replace(":", "/")}`;
  return blobs.names.has(name) ? blobs.document(name) : undefined;
}
