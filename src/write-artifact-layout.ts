/**
 * Artifacts as an OCI layout: a manifest for each, whose subject is the image, so that a registry lists it among what refers to that image.
 * OCI image-spec 1.1, manifest.md ("Guidelines for Artifact Usage") and image-layout.md.
 */
import { createHash } from "node:crypto";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Artifact, ImageArtifacts } from "./artifact.js";
import { ContainerspecError, findSystemReason } from "./errors.js";

const MANIFEST = "application/vnd.oci.image.manifest.v1+json";
const INDEX = "application/vnd.oci.image.index.v1+json";
/** the config of an artifact that has none: two bytes, which the layout holds, too */
const EMPTY = { mediaType: "application/vnd.oci.empty.v1+json", text: "{}" };

interface Blob {
  readonly mediaType: string;
  readonly text: string;
}

/**
 * Writes the layout into a folder that is new or empty.
 *
 * @throws ContainerspecError usage where the image has no manifest, or the folder cannot be written to
 */
export async function writeArtifactLayout(
  { source, subject, artifacts }: ImageArtifacts,
  folder: string,
): Promise<void> {
  if (subject === undefined) {
    throw new ContainerspecError(
      "usage",
      `Cannot write an artifact layout for ${source}: it has no manifest, whose digest the artifact must name; copy it into a layout first: skopeo copy docker-archive:app.tar oci:app`,
    );
  }
  const blobs: Blob[] = [EMPTY];
  const manifests = artifacts.map((artifact) => {
    const layer = { mediaType: artifact.mediaType, text: artifact.text };
    const manifest = { mediaType: MANIFEST, text: toManifest(artifact, layer, subject) };
    blobs.push(layer, manifest);
    return {
      ...describe(manifest),
      artifactType: artifact.artifactType,
      annotations: { "org.opencontainers.image.ref.name": artifact.format },
    };
  });
  const index = { schemaVersion: 2, mediaType: INDEX, manifests };
  await write(folder, blobs, JSON.stringify(index)).catch((cause: unknown) => {
    const reason = cause instanceof ContainerspecError ? undefined : findSystemReason(cause);
    if (reason === undefined) throw cause;
    throw new ContainerspecError("usage", `Cannot write the layout ${folder}: ${reason}`, { path: folder }, { cause });
  });
}

function toManifest(
  { artifactType, fileName }: Artifact,
  layer: Blob,
  subject: NonNullable<ImageArtifacts["subject"]>,
): string {
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: MANIFEST,
    artifactType,
    config: describe(EMPTY),
    // What oras calls the file that it pulls.
    layers: [{ ...describe(layer), annotations: { "org.opencontainers.image.title": fileName } }],
    subject,
  });
}

function describe({ mediaType, text }: Blob) {
  return { mediaType, digest: `sha256:${hashOf(text)}`, size: Buffer.byteLength(text) };
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

async function write(folder: string, blobs: readonly Blob[], index: string): Promise<void> {
  const place = join(folder, "blobs", "sha256");
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length > 0)
    throw new ContainerspecError("usage", `Cannot write the layout ${folder}: it is not empty; name a new folder`);
  await mkdir(place, { recursive: true });
  for (const { text } of blobs) await writeFile(join(place, hashOf(text)), text);
  await writeFile(join(folder, "index.json"), index);
  await writeFile(join(folder, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
}
