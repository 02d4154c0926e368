/**
 * The images that an archive holds: the leaves of its index, or the items of docker's manifest.json. Attestations, artifacts and
 * platforms whose blobs were left out are none.
 */
import { ContainerspecError } from "../errors.js";
import type { BlobSource } from "./blob-source.js";
import type { CandidateImage } from "./candidate-image.js";
import { digestOf, parseDigest } from "./digest.js";
import {
  parseConfig,
  parseDockerManifest,
  parseIndexOrManifest,
  parseJson,
  type Descriptor,
  type DockerItem,
  type Manifest,
} from "./documents.js";
import { describeLimit, type Limits } from "./limits.js";

const REFERENCE_ANNOTATIONS = ["io.containerd.image.name", "org.opencontainers.image.ref.name"];

/** of a manifest whose descriptor does not say it */
const MANIFEST = "application/vnd.oci.image.manifest.v1+json";

type Source = Pick<BlobSource<unknown>, "document" | "names">;

/** The images that index.json leads to, or the manifest.json of a docker-dir folder, which is a manifest or an index itself. */
export async function findIndexed(source: Source, verify: boolean, limits: Limits): Promise<CandidateImage[]> {
  const topName = source.names.has("index.json") ? "index.json" : "manifest.json";
  const top = await source.document(topName);
  const document = top === undefined ? undefined : parseJson(top, topName);
  if (top === undefined || (topName === "manifest.json" && Array.isArray(document))) return [];
  const found: CandidateImage[] = [];
  const seen = new Set<string>();
  let count = 0;

  /** @param within digest of the outermost index that has led here, but for index.json, which lists images */
  async function visit(
    descriptor: Descriptor,
    references: readonly string[],
    within: string | undefined,
    depth: number,
  ): Promise<void> {
    count += 1;
    if (depth > limits.indexDepth)
      throw leadsTo(`indexes nested too deeply, and ${describeLimit(limits, "indexDepth")}`);
    if (count > limits.descriptors) throw leadsTo(`too many descriptors, and ${describeLimit(limits, "descriptors")}`);
    if (isNoImage(descriptor)) return;
    const names = [
      ...new Set([
        ...references,
        ...REFERENCE_ANNOTATIONS.map((key) => descriptor.annotations[key]).filter((name) => name !== undefined),
      ]),
    ];
    const key = `${descriptor.digest} ${within ?? ""} ${names.join(" ")}`;
    if (seen.has(key)) return;
    seen.add(key);
    const { name, bytes } = await readDocument(source, descriptor);
    // Platforms whose content was left out may stay in the index.
    if (bytes === undefined) return;
    verifyDocument(bytes, descriptor, name, verify);
    const parsed = parseIndexOrManifest(parseJson(bytes, name), name);
    if (parsed === undefined) return;
    if ("index" in parsed) {
      for (const one of parsed.index) await visit(one, names, within ?? descriptor.digest, depth + 1);
      return;
    }
    const candidate = await toCandidate(source, parsed.manifest, descriptor, names, verify);
    if (candidate === undefined) return;
    const image = { ...candidate, manifest: { mediaType: descriptor.mediaType || MANIFEST, size: bytes.length } };
    found.push(within === undefined ? image : { ...image, group: within, index: within });
  }

  const parsed = parseIndexOrManifest(document, topName);
  if (parsed !== undefined && "index" in parsed) {
    // In a docker-dir folder the document itself is the index of one image.
    const within = topName === "manifest.json" ? digestOf(top) : undefined;
    for (const descriptor of parsed.index) await visit(descriptor, [], within, 1);
    return found;
  }
  if (parsed === undefined || topName === "index.json") {
    throw new ContainerspecError("corrupt-image", `Cannot use ${topName}: it is no image index`);
  }
  const self = { mediaType: "", digest: digestOf(top), annotations: {} };
  const image = await toCandidate(source, parsed.manifest, self, [], verify);
  return image === undefined ? [] : [image];
}

/** The images of docker's manifest.json. */
export async function findDocker(source: Source, verify: boolean): Promise<CandidateImage[]> {
  const bytes = await source.document("manifest.json");
  if (bytes === undefined) return [];
  const document = parseJson(bytes, "manifest.json");
  // In a docker-dir folder it is the manifest itself: see findIndexed.
  if (!Array.isArray(document) && !source.names.has("index.json")) return [];
  const items = parseDockerManifest(document, "manifest.json");
  const found: CandidateImage[] = [];
  for (const [number, item] of items.entries()) {
    found.push({ ...(await toDockerCandidate(source, item, verify)), group: `item ${number}` });
  }
  return found;
}

async function toDockerCandidate(
  source: Source,
  item: DockerItem,
  verify: boolean,
): Promise<Omit<CandidateImage, "group">> {
  const bytes = await source.document(item.config);
  if (bytes === undefined)
    throw new ContainerspecError("corrupt-image", `Cannot find the config ${item.config} that manifest.json names`);
  const digest = digestOf(bytes);
  const named = /([0-9a-f]{64})(?:\.json)?$/.exec(item.config)?.[1];
  if (verify && named !== undefined && digest !== `sha256:${named}`) {
    throw new ContainerspecError(
      "digest-mismatch",
      `Cannot trust the config ${item.config}: its name says sha256:${named}, its content has ${digest}`,
    );
  }
  const config = parseConfig(parseJson(bytes, item.config), item.config);
  return {
    references: item.tags,
    digest,
    config,
    configDigest: digest,
    platform: config.platform,
    layers: item.layers.map((name) => ({ name })),
  };
}

async function toCandidate(
  source: Source,
  manifest: Manifest,
  descriptor: Descriptor,
  references: readonly string[],
  verify: boolean,
): Promise<CandidateImage | undefined> {
  if (manifest.config.mediaType !== "" && !/image\.(?:config\.)?v1\+json$/.test(manifest.config.mediaType))
    return undefined;
  // A signature of cosign has the config of an image, and a layer that is none.
  if (manifest.layers.length > 0 && !manifest.layers.some(({ mediaType }) => isLayerType(mediaType))) return undefined;
  const { name, bytes } = await readDocument(source, manifest.config);
  if (bytes === undefined) return undefined;
  verifyDocument(bytes, manifest.config, name, verify);
  const config = parseConfig(parseJson(bytes, name), name);
  return {
    references,
    digest: descriptor.digest,
    group: `name ${references.join(" ")}`,
    config,
    annotations: manifest.annotations,
    configDigest: manifest.config.digest,
    platform:
      config.platform.architecture === ""
        ? (descriptor.platform ?? config.platform)
        : { ...descriptor.platform, ...config.platform },
    layers: manifest.layers.map((layer) => ({
      name: toBlobName(layer, source.names) ?? `blobs/${layer.digest.replace(":", "/")}`,
      mediaType: layer.mediaType,
      digest: layer.digest,
      ...(layer.size === undefined ? {} : { size: layer.size }),
    })),
  };
}

/** A document as a blob, or as its descriptor carries it (OCI image-spec, descriptor.md, `data`); and what an error calls it. */
async function readDocument(
  source: Source,
  descriptor: Descriptor,
): Promise<{ readonly name: string; readonly bytes: Uint8Array | undefined }> {
  const name = toBlobName(descriptor, source.names);
  if (name === undefined) return { name: descriptor.digest, bytes: descriptor.data };
  return { name, bytes: await source.document(name) };
}

/** Attestations, signatures and other artifacts share the index with images. */
function isNoImage({ platform, annotations, artifactType }: Descriptor): boolean {
  return (
    platform?.os === "unknown" ||
    platform?.architecture === "unknown" ||
    annotations["vnd.docker.reference.type"] !== undefined ||
    artifactType !== undefined
  );
}

/** Whether a media type is that of a tar: all that runtimes unpack are. Old tools left the type out. */
export function isTarType(mediaType: string): boolean {
  return mediaType === "" || /\btar\b/.test(mediaType);
}

/** Whether a media type is that of a layer, of a form that can be read or of another one (squashfs, EROFS). */
function isLayerType(mediaType: string): boolean {
  return isTarType(mediaType) || /\b(?:layer|rootfs)\b/.test(mediaType);
}

/** Where the blob of a descriptor lies: in a layout's blobs/, or beside it under its bare digest. */
function toBlobName({ digest }: Descriptor, names: ReadonlySet<string>): string | undefined {
  const { algorithm, hex } = parseDigest(digest, "a descriptor");
  return [`blobs/${algorithm}/${hex}`, hex, `${hex}.manifest.json`].find((name) => names.has(name));
}

/** @throws ContainerspecError digest-mismatch */
function verifyDocument(bytes: Uint8Array, { digest, size }: Descriptor, name: string, verify: boolean): void {
  if (!verify) return;
  if (size !== undefined && size !== bytes.length) {
    throw new ContainerspecError(
      "digest-mismatch",
      `Cannot trust ${name}: its descriptor says ${size} bytes, and it has ${bytes.length}`,
    );
  }
  const found = digestOf(bytes, parseDigest(digest, name).algorithm);
  if (found !== digest)
    throw new ContainerspecError(
      "digest-mismatch",
      `Cannot trust ${name}: its descriptor says ${digest}, its content has ${found}`,
    );
}

function leadsTo(what: string): ContainerspecError {
  return new ContainerspecError("limit-exceeded", `Cannot read index.json: it leads to ${what}`);
}
