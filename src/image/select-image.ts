/**
 * Which of an archive's images is meant: by name, by platform, and by the agreement of the two places that list images.
 * index.json and manifest.json are written by different code and have contradicted each other before (Docker 25.0 wrote manifests
 * without layers), so neither is believed alone where both are there.
 */
import { ContainerspecError } from "../errors.js";
import type { CandidateImage } from "./candidate-image.js";
import type { Platform } from "./documents.js";
import { parsePlatform, rankPlatform, toPlatformText } from "./platform.js";

export interface Selection {
  /** os/arch[/variant] that was asked for; it must be there */
  readonly platform?: string;
  /** the platform preferred where nothing was asked for */
  readonly defaultPlatform: string;
  readonly reference?: string;
}

/** The image to analyse, and which of its names was meant. */
export interface SelectedImage {
  readonly image: CandidateImage;
  readonly reference?: string;
}

/** The one image to analyse. @throws ContainerspecError when there is none, or more than one */
export function selectImage(
  indexed: readonly CandidateImage[],
  docker: readonly CandidateImage[],
  source: string,
  selection: Selection,
): SelectedImage {
  const images = reconcile(indexed, docker, source);
  const { reference } = selection;
  const named = reference === undefined ? images : findNamed(images, reference).map(({ image }) => image);
  if (named.length === 0) {
    throw new ContainerspecError(
      "reference-not-found",
      `Cannot find the image ${reference ?? ""} in ${source}: it holds ${listImages(images)}`,
    );
  }
  const image = selectPlatform(named, source, selection);
  const name =
    reference === undefined
      ? image.references[0]
      : (findNamed(images, reference).find((one) => one.image === image)?.name ?? image.references[0]);
  return { image, ...(name === undefined ? {} : { reference: name }) };
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
    const twins = docker.filter(({ configDigest }) => configDigest === image.configDigest);
    const [first] = twins;
    if (first === undefined) return image;
    const references = [...new Set([...twins.flatMap((twin) => twin.references), ...image.references])];
    const group = image.index ?? `name ${references.join(" ")}`;
    const lostLayers = image.layers.length === 0 && image.config.diffIds.length > 0;
    return { ...image, references, group, ...(lostLayers ? { layers: first.layers } : {}) };
  });
}

/**
 * The images that a user's word names: by an archive's own name; by digest, of image, config or index; as docker completes a bare
 * name; or by the end of a longer name, from a slash on. The first way that leads to something counts.
 */
function findNamed(images: readonly CandidateImage[], word: string): { image: CandidateImage; name?: string }[] {
  const hasTag = word.slice(word.lastIndexOf("/") + 1).includes(":");
  const names = [word, ...(hasTag ? [] : [`${word}:latest`])];
  const byName = (fits: (name: string) => boolean) =>
    images.flatMap((image) => {
      const name = image.references.find(fits);
      return name === undefined ? [] : [{ image, name }];
    });
  const exact = byName((name) => name === word);
  if (exact.length > 0) return exact;
  const digest = /^(?:sha(?:256|512):)?[0-9a-f]{12,128}$/.test(word) ? word : undefined;
  const byDigest = images.filter(
    ({ digest: own, configDigest, index }) =>
      digest !== undefined &&
      [own, configDigest, index].some(
        (one) => one?.startsWith(digest) === true || one?.split(":")[1]?.startsWith(digest),
      ),
  );
  if (byDigest.length > 0) return byDigest.map((image) => ({ image }));
  const completed = byName((name) => names.includes(name));
  return completed.length > 0 ? completed : byName((name) => names.some((one) => name.endsWith(`/${one}`)));
}

/**
 * The one image that serves a platform best. Several that do are an ambiguity, unless one index lists them: there the first one
 * counts (OCI image-spec, image-index.md). Under another name stands another image, for whatever platform it is: which of them is
 * meant, only the user can say.
 */
function selectPlatform(images: readonly CandidateImage[], source: string, selection: Selection): CandidateImage {
  const { platform, defaultPlatform, reference } = selection;
  const wanted = parsePlatform(platform ?? defaultPlatform);
  const groups = groupImages(images);
  const picks = groups.flatMap((group) => findBest(group, wanted));
  const isOther = (image: CandidateImage): boolean => picks.every((pick) => !isSameImage(pick, image));
  const rivals = platform === undefined ? images.filter(isOther) : [];
  const isAmbiguous = (some: readonly CandidateImage[]): boolean => countConfigs(some) > 1;
  if (isAmbiguous([...picks, ...rivals]) && (picks.length > 0 || groups.length > 1)) {
    const word = reference === undefined ? "Cannot choose an image" : `Cannot choose an image ${reference}`;
    throw new ContainerspecError(
      "reference-not-found",
      `${word} in ${source}: it holds ${listImages([...picks, ...rivals])}; name one with --ref`,
    );
  }
  const [pick] = picks;
  if (pick !== undefined) return pick;
  const [only] = images;
  if (only !== undefined && platform === undefined && !isAmbiguous(images)) return only;
  const offered = [...new Set(images.map((image) => toPlatformText(image.platform)))].sort().join(", ");
  throw new ContainerspecError(
    "platform-not-found",
    `Cannot find the platform ${toPlatformText(wanted)} in ${source}: it holds ${offered}; choose one with --platform`,
  );
}

function groupImages(images: readonly CandidateImage[]): readonly CandidateImage[][] {
  const groups = new Map<string, CandidateImage[]>();
  for (const image of images) groups.set(image.group, [...(groups.get(image.group) ?? []), image]);
  return [...groups.values()];
}

/** The images of a group that serve a platform best; those that do not tell theirs, where none does. */
function findBest(group: readonly CandidateImage[], wanted: Platform): readonly CandidateImage[] {
  const ranks = group.map(({ platform }) => rankPlatform(wanted, platform) ?? Infinity);
  const best = Math.min(...ranks);
  const found = best === Infinity ? group.filter(isPlatformUnknown) : group.filter((_image, at) => ranks[at] === best);
  return found[0]?.index === undefined ? found : found.slice(0, 1);
}

function isSameImage(a: CandidateImage, b: CandidateImage): boolean {
  return a.group === b.group || a.references.some((name) => b.references.includes(name));
}

function countConfigs(images: readonly CandidateImage[]): number {
  return new Set(images.map(({ configDigest }) => configDigest)).size;
}

function isPlatformUnknown({ platform }: CandidateImage): boolean {
  return platform.architecture === "";
}

/** Images by name; by digest where they have none, or share it with others. */
function listImages(images: readonly CandidateImage[]): string {
  const named = images.flatMap((image) => image.references.map((name) => ({ image, name })));
  const isShared = (name: string): boolean =>
    countConfigs(named.filter((one) => one.name === name).map(({ image }) => image)) > 1;
  const words = images.flatMap((image) => {
    const { references, digest } = image;
    if (references.length === 0) return [digest];
    return references.map((name) => (isShared(name) && image.index === undefined ? `${name} (${digest})` : name));
  });
  return [...new Set(words)].sort().join(", ");
}
