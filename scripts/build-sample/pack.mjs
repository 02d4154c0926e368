/** Packs root folders as layers, and layers as an OCI archive for several machines. The same content gives the same bytes. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, lstatSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const TYPES = {
  index: "application/vnd.oci.image.index.v1+json",
  manifest: "application/vnd.oci.image.manifest.v1+json",
  config: "application/vnd.oci.image.config.v1+json",
  layer: "application/vnd.oci.image.layer.v1.tar+gzip",
};
/** Every file and the image itself say the same date. */
const CREATED = "2024-01-01T00:00:00Z";

/**
 * A folder as a tar whose bytes depend on its content alone.
 *
 * @param {string} folder
 */
export function packFolder(folder) {
  setModes(folder);
  const fixed = ["--sort=name", `--mtime=${CREATED}`, "--owner=0", "--group=0", "--numeric-owner", "--format=ustar"];
  return execFileSync("tar", [...fixed, "-C", folder, "-cf", "-", "--", ...readdirSync(folder).sort()], {
    maxBuffer: 1 << 28,
    env: { ...process.env, LC_ALL: "C", TAR_OPTIONS: "" },
  });
}

/**
 * The umask of whoever builds leaves no trace; programs and the loader may be executed.
 *
 * @param {string} path
 */
function setModes(path) {
  const stat = lstatSync(path);
  if (stat.isDirectory()) {
    chmodSync(path, 0o755);
    for (const name of readdirSync(path)) setModes(join(path, name));
  } else if (stat.isFile()) chmodSync(path, /\/bin\/[^/]+$|\/ld-[^/]+$/.test(path) ? 0o755 : 0o644);
}

/**
 * @typedef {object} PackedImage
 * @property {string} architecture
 * @property {readonly { tar: Buffer, createdBy: string }[]} layers base first
 */

/**
 * An OCI archive: an index of all machines, and for each a manifest, a config and its layers.
 *
 * @param {readonly PackedImage[]} images
 * @param {{ reference: string, config: object, work: string }} options `work` is an empty folder to lay the blobs out in
 */
export function packArchive(images, { reference, config, work }) {
  const blobs = join(work, "blobs", "sha256");
  mkdirSync(blobs, { recursive: true });

  /**
   * @param {Uint8Array | object} content bytes, or what becomes JSON
   * @param {string} mediaType
   */
  function put(content, mediaType) {
    const bytes = content instanceof Uint8Array ? content : Buffer.from(JSON.stringify(content));
    const hash = sha256(bytes);
    writeFileSync(join(blobs, hash), bytes);
    return { mediaType, digest: `sha256:${hash}`, size: bytes.length };
  }

  const manifests = images.map(({ architecture, layers }) => {
    const description = {
      created: CREATED,
      architecture,
      os: "linux",
      config,
      rootfs: { type: "layers", diff_ids: layers.map(({ tar }) => `sha256:${sha256(tar)}`) },
      history: layers.map(({ createdBy }) => ({ created: CREATED, created_by: createdBy })),
    };
    const manifest = {
      schemaVersion: 2,
      mediaType: TYPES.manifest,
      config: put(description, TYPES.config),
      layers: layers.map(({ tar }) => put(gzipSync(tar, { level: 9 }), TYPES.layer)),
    };
    return { ...put(manifest, TYPES.manifest), platform: { architecture, os: "linux" } };
  });
  const index = put({ schemaVersion: 2, mediaType: TYPES.index, manifests }, TYPES.index);
  const named = { ...index, annotations: { "org.opencontainers.image.ref.name": reference } };
  const top = { schemaVersion: 2, mediaType: TYPES.index, manifests: [named] };
  writeFileSync(join(work, "index.json"), JSON.stringify(top));
  writeFileSync(join(work, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
  return packFolder(work);
}

/** @param {Uint8Array} bytes */
function sha256(bytes) {
  return createHash("sha256").update(bytes).digest("hex");
}
