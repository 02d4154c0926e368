/**
 * Which of an archive's images is meant: by name, by platform, and by the agreement of the two places that list images.
 * index.json and manifest.json are written by different code and have contradicted each other before (Docker 25.0 wrote manifests
 * without layers), so neither is believed alone where both are there.
 */
import { ContainerspecError } from "../errors.js";
import type { CandidateImage } from "./candidates.js";
import type { Platform } from "./documents.js";
import { matchesPlatform, parsePlatform, toPlatformText } from "./platform.js";

export interface Selection {
  /** os/arch[/variant] that was asked for; it must be there */
  readonly platform?: string;
  /** the platform preferred where nothing was asked for */
  readonly defaultPlatform: string;
  readonly reference?: string;
}

/** The one image to analyse. @throws ContainerspecError when there is none, or more than one */
export function selectImage(
  indexed: readonly CandidateImage[],
  docker: readonly CandidateImage[],
  source: string,
  selection: Selection,
): CandidateImage {
  const images = reconcile(indexed, docker, source);
  const named = selectReference(images, source, selection.reference);
  return selectPlatform(named, source, selection);
}

/** One list of images from two. */
function reconcile(
  indexed: readonly CandidateImage[],
  docker: readonly CandidateImage[],
  source: string,
): readonly CandidateImage[] {
  if (indexed.length === 0) return docker;
  if (docker.length === 0) return indexed;
  const known = new Set(indexed.map(({ configDigest }) => configDigest));
  const stranger = docker.find(({ configDigest }) => !known.has(configDigest));
  if (stranger !== undefined) {
    throw new ContainerspecError(
      "corrupt-image",
      `Cannot read ${source}: manifest.json names the image ${stranger.configDigest}, which index.json does not; a runtime may load either`,
    );
  }
  return indexed.map((image) => {
    const twin = docker.find(({ configDigest }) => configDigest === image.configDigest);
    if (twin === undefined) return image;
    const references = [...new Set([...twin.references, ...image.references])];
    const lostLayers = image.layers.length === 0 && image.config.diffIds.length > 0;
    return lostLayers ? { ...image, references, layers: twin.layers } : { ...image, references };
  });
}

function selectReference(
  images: readonly CandidateImage[],
  source: string,
  reference: string | undefined,
): readonly CandidateImage[] {
  if (reference !== undefined) {
    const named = images.filter(({ references }) =>
      references.some((name) => name === reference || name.endsWith(`/${reference}`) || name.endsWith(`:${reference}`)),
    );
    if (named.length > 0) return named;
    throw new ContainerspecError(
      "reference-not-found",
      `Cannot find the image ${reference} in ${source}: it holds ${listReferences(images)}`,
    );
  }
  const groups = new Set(images.map(({ references }) => references[0] ?? ""));
  const configs = new Set(images.map(({ configDigest }) => configDigest));
  const onePlatformTwice = images.some((a) =>
    images.some((b) => a !== b && a.configDigest !== b.configDigest && matchesPlatform(a.platform, b.platform)),
  );
  if (groups.size > 1 && configs.size > 1 && onePlatformTwice) {
    throw new ContainerspecError(
      "reference-not-found",
      `Cannot choose an image in ${source}: it holds ${listReferences(images)}; name one with --ref`,
    );
  }
  return images;
}

function selectPlatform(
  images: readonly CandidateImage[],
  source: string,
  { platform, defaultPlatform }: Selection,
): CandidateImage {
  const offered = [...new Set(images.map((image) => toPlatformText(image.platform)))].sort().join(", ");
  const wanted = parsePlatform(platform ?? defaultPlatform);
  const match =
    images.find((image) => matchesPlatform(wanted, image.platform)) ??
    images.find((image) => isPlatformUnknown(image.platform));
  if (match !== undefined) return match;
  const [only] = images;
  if (
    only !== undefined &&
    platform === undefined &&
    new Set(images.map(({ configDigest }) => configDigest)).size === 1
  )
    return only;
  throw new ContainerspecError(
    "platform-not-found",
    `Cannot find the platform ${toPlatformText(wanted)} in ${source}: it holds ${offered}; choose one with --platform`,
  );
}

function isPlatformUnknown({ architecture }: Platform): boolean {
  return architecture === "";
}

function listReferences(images: readonly CandidateImage[]): string {
  const names = images.flatMap(({ references, digest }) => (references.length === 0 ? [digest] : references));
  return [...new Set(names)].sort().join(", ");
}
