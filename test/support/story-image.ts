/** A story's image as the tarball that `docker save` would write, and its host as a root folder. */
import { createHash } from "node:crypto";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { toContent, type Files } from "./story-files.js";
import { buildSif, primary } from "./sif-builder.js";
import { buildSquashfs, type SquashfsFile } from "./squashfs-builder.js";
import { tarEntry, tarOf } from "./tar-builder.js";

export interface StoryImage {
  /** base first; a layer is its files, or a tar of its own making */
  readonly layers: readonly (Files | Uint8Array)[];
  /** NAME=VALUE */
  readonly env?: readonly string[];
  /** what it starts; nothing where it is left out */
  readonly entrypoint?: readonly string[];
  /** more fields of the config's own config: User, Labels */
  readonly config?: Readonly<Record<string, unknown>>;
  /** the commands that made it */
  readonly history?: readonly string[];
  /** as the config names it: amd64 */
  readonly architecture?: string;
  /** an image of Apptainer, whose only layer is its root */
  readonly form?: "sif";
  /** the layer that is encrypted, counted from the base; such an image is an OCI archive */
  readonly encrypted?: number;
}

/** The tarball of an image, or its SIF file; the same image gives the same bytes. */
export function toImageTar({
  layers,
  env = [],
  entrypoint,
  config: more = {},
  history,
  architecture = "amd64",
  form,
  encrypted,
}: StoryImage): Uint8Array {
  if (form === "sif") return toSif(layers[0] as Files, env);
  const tars = layers.map((layer) => (layer instanceof Uint8Array ? layer : toLayer(layer)));
  const config = JSON.stringify({
    architecture,
    os: "linux",
    config: { Env: env, ...(entrypoint === undefined ? {} : { Entrypoint: entrypoint }), ...more },
    ...(history === undefined ? {} : { history: history.map((text) => ({ created_by: text })) }),
    rootfs: { type: "layers", diff_ids: tars.map((tar) => `sha256:${sha256(tar)}`) },
  });
  if (encrypted !== undefined) return toOciArchive(config, tars, encrypted);
  const names = tars.map((tar) => `${sha256(tar)}/layer.tar`);
  const manifest = [{ Config: `${sha256(config)}.json`, RepoTags: ["app:1"], Layers: names }];
  return tarOf(
    ...tars.map((tar, index) => tarEntry({ name: names[index] }, tar)),
    tarEntry({ name: `${sha256(config)}.json` }, Buffer.from(config)),
    tarEntry({ name: "manifest.json" }, JSON.stringify(manifest)),
  );
}

function toSif(root: Files, env: readonly string[]): Uint8Array {
  const files = Object.entries(root).map(([path, file]) => [
    path,
    "link" in file ? file : { bytes: toContent(file), mode: file.mode },
  ]);
  const config = Buffer.from(JSON.stringify({ Env: env }));
  return buildSif({
    objects: [
      { type: 0x4006, name: "oci-config.json", data: config },
      primary(buildSquashfs(Object.fromEntries(files) as Record<string, SquashfsFile>)),
    ],
  });
}

const OCI = "application/vnd.oci.image";

/** As skopeo writes an image of which one layer was encrypted with ocicrypt. */
function toOciArchive(config: string, tars: readonly Uint8Array[], encrypted: number): Uint8Array {
  const blobs: Uint8Array[] = [];
  const put = (mediaType: string, content: string | Uint8Array) => {
    blobs.push(tarEntry({ name: `blobs/sha256/${sha256(content)}` }, Buffer.from(content)));
    return { mediaType, digest: `sha256:${sha256(content)}`, size: Buffer.from(content).length };
  };
  const layers = tars.map((tar, index) =>
    index === encrypted
      ? put(
          `${OCI}.layer.v1.tar+encrypted`,
          tar.map((byte, at) => byte ^ (at % 251) ^ 0x5a),
        )
      : put(`${OCI}.layer.v1.tar`, tar),
  );
  const manifest = { schemaVersion: 2, config: put(`${OCI}.config.v1+json`, config), layers };
  const annotations = { "org.opencontainers.image.ref.name": "app:1" };
  const index = {
    schemaVersion: 2,
    manifests: [{ ...put(`${OCI}.manifest.v1+json`, JSON.stringify(manifest)), annotations }],
  };
  return tarOf(
    ...blobs,
    tarEntry({ name: "index.json" }, JSON.stringify(index)),
    tarEntry({ name: "oci-layout" }, JSON.stringify({ imageLayoutVersion: "1.0.0" })),
  );
}

/** One layer with these files; folders first. */
export function toLayer(files: Files): Uint8Array {
  return tarOf(...toEntries(files));
}

/** The entries of a layer, for one that holds more than files. */
export function toEntries(files: Files): Uint8Array[] {
  const folders = foldersOf(files).map((folder) => tarEntry({ name: `${folder.slice(1)}/`, type: "5", mode: 0o755 }));
  const entries = Object.entries(files).map(([path, file]) =>
    "link" in file
      ? tarEntry({ name: path.slice(1), type: "2", link: file.link, mode: 0o777 })
      : tarEntry({ name: path.slice(1), mode: file.mode }, toContent(file)),
  );
  return [...folders, ...entries];
}

/** Writes files below a folder. */
export function writeFiles(root: string, files: Files): void {
  for (const folder of ["/", ...foldersOf(files)]) mkdirSync(join(root, folder), { recursive: true });
  for (const [path, file] of Object.entries(files)) {
    const place = join(root, path);
    mkdirSync(dirname(place), { recursive: true });
    if ("link" in file) symlinkSync(file.link, place);
    else writeFileSync(place, toContent(file), { mode: file.mode });
  }
}

/** The folders on the way to the files, outer ones first; a link to a folder is none. */
function foldersOf(files: Files): readonly string[] {
  const folders = new Set<string>();
  for (const path of Object.keys(files)) {
    for (let at = path.indexOf("/", 1); at !== -1; at = path.indexOf("/", at + 1)) folders.add(path.slice(0, at));
  }
  for (const path of folders) {
    const file = files[path];
    if (file !== undefined) throw new Error(`${path} is a folder of the story, and a file of it too`);
  }
  return [...folders].sort();
}

function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
