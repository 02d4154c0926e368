/**
 * Images as plain descriptions, and the pieces that every form of archive shares: configs, layers stored plain or compressed,
 * descriptors, and the outer tar with its entries in any order.
 */
import { createHash } from "node:crypto";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { zstdFrame } from "./image-zstd.js";
import { tarEntry, tarOf } from "./tar-builder.js";
import { paxHeader } from "./tar-extended.js";

export interface ImageDescription {
  readonly references?: readonly string[];
  readonly architecture?: string;
  readonly variant?: string;
  readonly os?: string;
  /** RFC 3339; none where it is left out */
  readonly created?: string;
  readonly env?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  /** uncompressed tars, base first */
  readonly layers: readonly Uint8Array[];
  /** what the config says of its layers, where that shall be a lie */
  readonly diffIds?: readonly string[];
}

/** One entry of the outer tar: content, or a link to another one. */
export type ArchiveFile =
  | { readonly name: string; readonly content: Uint8Array }
  | { readonly name: string; readonly symlink: string }
  | { readonly name: string; readonly hardlink: string };

export type Packing = "plain" | "gzip" | "zstd";
export type Algorithm = "sha256" | "sha512";

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly platform?: { readonly os: string; readonly architecture: string; readonly variant?: string };
  readonly annotations?: Readonly<Record<string, string>>;
  readonly artifactType?: string;
}

export function hexOf(bytes: Uint8Array, algorithm: Algorithm = "sha256"): string {
  return createHash(algorithm).update(bytes).digest("hex");
}

export function toJson(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value), "utf8");
}

export function packLayer(tar: Uint8Array, packing: Packing): Buffer {
  return packing === "gzip" ? gzipSync(tar) : packing === "zstd" ? zstdFrame(tar) : Buffer.from(tar);
}

/** The config of an image; the same bytes in every form. */
export function buildConfig(image: ImageDescription): Buffer {
  return toJson({
    ...(image.created === undefined ? {} : { created: image.created }),
    architecture: image.architecture ?? "amd64",
    os: image.os ?? "linux",
    ...(image.variant === undefined ? {} : { variant: image.variant }),
    config: {
      Env: image.env ?? ["PATH=/usr/bin"],
      ...(image.entrypoint === undefined ? { Cmd: ["/bin/sh"] } : { Entrypoint: image.entrypoint }),
      Labels: image.labels ?? { maker: "test" },
    },
    rootfs: {
      type: "layers",
      diff_ids: image.diffIds ?? image.layers.map((tar) => `sha256:${hexOf(tar)}`),
    },
    history: [{ created_by: "test", empty_layer: true }, ...image.layers.map(() => ({ created_by: "test" }))],
  });
}

export function describe(mediaType: string, content: Uint8Array, algorithm: Algorithm = "sha256"): Descriptor {
  return { mediaType, digest: `${algorithm}:${hexOf(content, algorithm)}`, size: content.length };
}

export function blobFile(content: Uint8Array, algorithm: Algorithm = "sha256"): ArchiveFile {
  return { name: `blobs/${algorithm}/${hexOf(content, algorithm)}`, content };
}

/** The outer tar; each name once, in the order given. */
export function packArchive(files: readonly ArchiveFile[]): Buffer {
  return tarOf(...onceEach(files).map(toOuterEntry));
}

function toOuterEntry(file: ArchiveFile): Buffer {
  const link = "symlink" in file ? file.symlink : "hardlink" in file ? file.hardlink : "";
  const long: [string, string][] = [
    ...(file.name.length > 100 ? [["path", file.name] as [string, string]] : []),
    ...(link.length > 100 ? [["linkpath", link] as [string, string]] : []),
  ];
  const entry = tarEntry(
    {
      name: file.name.slice(0, 100),
      type: "symlink" in file ? "2" : "hardlink" in file ? "1" : "0",
      link: link.slice(0, 100),
    },
    "content" in file ? file.content : "",
  );
  return long.length === 0 ? entry : Buffer.concat([paxHeader(long), entry]);
}

function onceEach(files: readonly ArchiveFile[]): ArchiveFile[] {
  return [...new Map(files.map((file) => [file.name, file])).values()];
}

/** The documents before everything else, or behind it. */
export function withDocuments(files: readonly ArchiveFile[], where: "first" | "last"): ArchiveFile[] {
  const documents = files.filter(({ name }) => /^(?:index\.json|manifest\.json|oci-layout|repositories)$/.test(name));
  const others = files.filter((file) => !documents.includes(file));
  return where === "first" ? [...documents, ...others] : [...others, ...documents];
}

/** The same files as a folder on disk. */
export async function writeLayout(folder: string, files: readonly ArchiveFile[]): Promise<void> {
  for (const file of onceEach(files)) {
    const path = join(folder, file.name);
    await mkdir(dirname(path), { recursive: true });
    if ("content" in file) await writeFile(path, file.content);
    else await symlink("symlink" in file ? file.symlink : join(folder, file.hardlink), path);
  }
}
