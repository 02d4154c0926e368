/**
 * An OCI layout folder of a stage: one layer with the whole base root, which is packed once and kept, and one with what the stage
 * changed.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  createReadStream,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { CACHE, run } from "../debian/archive.mjs";

const TAR = ["--numeric-owner", "--one-file-system", "--sort=name"];

/**
 * @param {{ name: string, root: string, changes?: string, env?: readonly string[] }} wanted `changes`: the upper folder of an overlay
 * @returns {Promise<string>} the layout's folder
 */
export async function makeLayout({ name, root, changes, env = [] }) {
  const folder = join(CACHE, "conformance", "images", name);
  const blobs = join(folder, "blobs/sha256");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(blobs, { recursive: true });
  const put = (bytes, mediaType) => {
    const digest = createHash("sha256").update(bytes).digest("hex");
    writeFileSync(join(blobs, digest), bytes);
    return { mediaType, digest: `sha256:${digest}`, size: bytes.length };
  };
  const putJson = (value, mediaType) => put(Buffer.from(JSON.stringify(value)), mediaType);
  const layerType = "application/vnd.oci.image.layer.v1.tar";

  const base = await packBase(root);
  linkSync(base.file, join(blobs, base.digest));
  const layers = [{ mediaType: layerType, digest: `sha256:${base.digest}`, size: base.size }];
  if (changes !== undefined) layers.push(put(packChanges(changes, join(folder, "changes")), layerType));

  const config = {
    architecture: "amd64",
    os: "linux",
    config: { Env: env },
    rootfs: { type: "layers", diff_ids: layers.map(({ digest }) => digest) },
  };
  const manifest = {
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    config: putJson(config, "application/vnd.oci.image.config.v1+json"),
    layers,
  };
  const index = {
    schemaVersion: 2,
    manifests: [{ ...putJson(manifest, manifest.mediaType), platform: { architecture: "amd64", os: "linux" } }],
  };
  writeFileSync(join(folder, "index.json"), JSON.stringify(index));
  writeFileSync(join(folder, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
  return folder;
}

async function packBase(root) {
  const folder = join(CACHE, "conformance", "bases");
  mkdirSync(folder, { recursive: true });
  const key = createHash("sha256")
    .update(`${root} ${statSync(root).mtimeMs}`)
    .digest("hex");
  const file = join(folder, `${key}.tar`);
  if (!existsSync(file)) {
    const unfinished = `${file}.part`;
    run("tar", [...TAR, "--exclude=./proc/*", "--exclude=./dev/*", "-C", `${root}/.`, "-cf", unfinished, "."]);
    renameSync(unfinished, file);
  }
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return { file, digest: hash.digest("hex"), size: lstatSync(file).size };
}

/** What overlayfs keeps as a device 0/0 is a whiteout file in a layer. */
function packChanges(changes, copy) {
  run("cp", ["-a", changes, copy]);
  const turn = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) turn(path);
      else if (entry.isCharacterDevice() && lstatSync(path).rdev === 0) {
        rmSync(path);
        writeFileSync(join(folder, `.wh.${entry.name}`), "");
      }
    }
  };
  turn(copy);
  const tar = execFileSync("tar", [...TAR, "-C", copy, "-cf", "-", "."], { maxBuffer: 1 << 30 });
  rmSync(copy, { recursive: true });
  return tar;
}
