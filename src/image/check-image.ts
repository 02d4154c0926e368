/**
 * What is held against an archive before its content is believed: that it is an image at all, one that can be analysed, and that
 * its documents and its layers say the same.
 */
import { ContainerspecError } from "../errors.js";
import type { ScannedBlob } from "./blob-source.js";
import type { CandidateImage, CandidateLayer } from "./candidate-image.js";
import { isTarType } from "./candidates.js";
import { parseDigest } from "./digest.js";
import { SQUASHFS_LAYER } from "./squashfs-layer.js";
import { describeLimit, type Limits } from "./limits.js";

/** What may be written to, as the last layer of an OCI-SIF: sylabs/singularity, internal/pkg/ocisif/overlay.go. */
const EXT3_LAYER = "application/vnd.sylabs.image.layer.v1.ext3";

/** Holds a layer as it was read against its descriptor and its diffID. @throws ContainerspecError digest-mismatch */
export function verifyLayer<Facts>(
  blob: ScannedBlob<Facts>,
  layer: CandidateLayer,
  diffId: string,
  what: string,
): void {
  const place = { layer: layer.name };
  if (layer.size !== undefined && layer.size !== blob.size) {
    throw new ContainerspecError(
      "digest-mismatch",
      `Cannot trust ${what}: its descriptor says ${layer.size} bytes, and it has ${blob.size}`,
      place,
    );
  }
  if (layer.digest !== undefined && layer.digest !== blob.digest) {
    throw new ContainerspecError(
      "digest-mismatch",
      `Cannot trust ${what}: its descriptor says ${layer.digest}, its content has ${String(blob.digest)}`,
      place,
    );
  }
  // Every tool writes sha256 here, and it is what was computed while the layer passed.
  if (parseDigest(diffId, `${what}, as its config names it`).algorithm !== "sha256") {
    throw new ContainerspecError(
      "unsupported-image",
      `Cannot verify ${what}: its config names it by ${diffId}, and only sha256 is computed there`,
      place,
    );
  }
  if (diffId !== blob.diffId) {
    throw new ContainerspecError(
      "digest-mismatch",
      `Cannot trust ${what}: the config says that its tar has ${diffId}, and it has ${String(blob.diffId)}`,
      place,
    );
  }
}

/** What cannot be analysed although it is an image, and what contradicts itself. @throws ContainerspecError */
export function checkImage(
  { platform, layers, config }: CandidateImage,
  source: string,
  { limits, canReadSquashfs }: { readonly limits: Limits; readonly canReadSquashfs: boolean },
): void {
  if (platform.os === "windows") {
    throw new ContainerspecError(
      "unsupported-image",
      `Cannot analyse ${source}: it is a Windows image, and only Linux images have a loader that takes host libraries; save the image for Linux, or choose it with --platform`,
    );
  }
  if (layers.length > limits.layers)
    throw new ContainerspecError(
      "limit-exceeded",
      `Cannot read ${source}: it has ${layers.length} layers, and ${describeLimit(limits, "layers")}`,
    );
  if (layers.length !== config.diffIds.length) {
    throw new ContainerspecError(
      "corrupt-image",
      `Cannot read ${source}: its manifest has ${layers.length} layers, and its config has ${config.diffIds.length} diff_ids`,
    );
  }
  for (const { name, mediaType = "" } of layers) {
    if (isTarType(mediaType) || mediaType.endsWith("+encrypted")) continue;
    if (mediaType === SQUASHFS_LAYER && canReadSquashfs) continue;
    throw new ContainerspecError(
      "unsupported-image",
      `Cannot read ${source}: its layer ${name} has the media type ${JSON.stringify(mediaType)}, and ${whatElse(mediaType)}`,
    );
  }
}

/** What could be read instead of a layer that cannot, and how to get there. */
function whatElse(mediaType: string): string {
  if (mediaType === SQUASHFS_LAYER)
    return "such a layer is read by its place; give the name of a file that is not compressed as a whole";
  if (mediaType === EXT3_LAYER)
    return "such an overlay is not read; judge a copy in which it is a layer like others: singularity overlay seal COPY.sif";
  return "only tar archives and squashfs file systems can be read as layers; convert the image first";
}

/** A layer that is not what the manifest calls it runs nowhere, or is taken for something else. @throws ContainerspecError corrupt-image */
export function checkForm({ name, mediaType = "" }: CandidateLayer, isSquashfs: boolean, source: string): void {
  if (isSquashfs === (mediaType === SQUASHFS_LAYER)) return;
  const found = isSquashfs ? "a squashfs file system" : "no squashfs file system";
  throw new ContainerspecError(
    "corrupt-image",
    `Cannot read ${source}: its layer ${name} is ${found}, and its media type is ${JSON.stringify(mediaType)}`,
    { image: source, layer: name },
  );
}

/** The error for an archive without an image: what it is instead. */
export function notAnImage(source: string, names: ReadonlySet<string>): ContainerspecError {
  const place = { image: source };
  if (names.has("index.json") || names.has("manifest.json")) {
    return new ContainerspecError(
      "not-an-image",
      `Cannot find an image in ${source}: its index lists none whose manifest and config are there`,
      place,
    );
  }
  if (names.has("repositories")) {
    return new ContainerspecError(
      "unsupported-image",
      `Cannot read ${source}: it was saved by a Docker older than 1.10, without manifest.json; load it and save it again with a current one`,
      place,
    );
  }
  const isRoot = ["etc", "usr", "bin", "lib", "etc/passwd", "usr/bin"].some((name) =>
    [...names].some((one) => one === name || one.startsWith(`${name}/`)),
  );
  const hint = isRoot
    ? "it looks like a root filesystem (docker export), and an image is what docker save writes; a root folder can be given as --host"
    : "an image has index.json (OCI) or manifest.json (docker save)";
  return new ContainerspecError("not-an-image", `Cannot find an image in ${source}: ${hint}`, place);
}
