/** One image in each form that tools write. The names of files and fields are those tools' own. */
import {
  blobFile,
  buildConfig,
  describe,
  hexOf,
  packLayer,
  toJson,
  type Algorithm,
  type ArchiveFile,
  type Descriptor,
  type ImageDescription,
  type Packing,
} from "./image-builder.js";

const OCI = "application/vnd.oci.image";
const SUFFIX: Readonly<Record<Packing, string>> = { plain: "", gzip: "+gzip", zstd: "+zstd" };

/** docker save up to 24: a folder a layer, the second copy of a layer as a symlink, config and manifest.json behind. */
export function dockerLegacy(images: readonly ImageDescription[]): ArchiveFile[] {
  const files: ArchiveFile[] = [];
  const folders = new Map<string, string>();
  const items = images.map((image, number) => {
    const config = buildConfig(image);
    const layers = image.layers.map((tar, index) => {
      const id = hexOf(toJson([number, index, hexOf(tar)]));
      const first = folders.get(hexOf(tar));
      folders.set(hexOf(tar), first ?? id);
      const name = `${id}/layer.tar`;
      files.push(
        { name: `${id}/VERSION`, content: Buffer.from("1.0") },
        { name: `${id}/json`, content: toJson({ id }) },
      );
      files.push(first === undefined ? { name, content: tar } : { name, symlink: `../${first}/layer.tar` });
      return name;
    });
    files.push({ name: `${hexOf(config)}.json`, content: config });
    return { Config: `${hexOf(config)}.json`, RepoTags: image.references ?? null, Layers: layers };
  });
  return [...files, { name: "manifest.json", content: toJson(items) }, repositories(images)];
}

/** skopeo's and podman's docker-archive: layers by diffID at the top, old names as symlinks to them. */
export function dockerArchive(images: readonly ImageDescription[]): ArchiveFile[] {
  const files: ArchiveFile[] = [];
  const items = images.map((image) => {
    const config = buildConfig(image);
    for (const tar of image.layers) {
      files.push({ name: `${hexOf(tar)}.tar`, content: tar });
      files.push({ name: `${hexOf(toJson(hexOf(tar)))}/layer.tar`, symlink: `../${hexOf(tar)}.tar` });
    }
    files.push({ name: `${hexOf(config)}.json`, content: config });
    return {
      Config: `${hexOf(config)}.json`,
      RepoTags: image.references ?? [],
      Layers: image.layers.map((tar) => `${hexOf(tar)}.tar`),
    };
  });
  return [...files, { name: "manifest.json", content: toJson(items) }, repositories(images)];
}

/** crane, kaniko, Jib: manifest.json alone, compressed layers, and a config that is named by its digest. */
export function kanikoArchive(image: ImageDescription): ArchiveFile[] {
  const config = buildConfig(image);
  const layers = image.layers.map((tar) => packLayer(tar, "gzip"));
  return [
    { name: `sha256:${hexOf(config)}`, content: config },
    ...layers.map((content) => ({ name: `${hexOf(content)}.tar.gz`, content })),
    {
      name: "manifest.json",
      content: toJson([
        {
          Config: `sha256:${hexOf(config)}`,
          RepoTags: image.references ?? [],
          Layers: layers.map((content) => `${hexOf(content)}.tar.gz`),
        },
      ]),
    },
  ];
}

export interface OciOptions {
  readonly packing?: Packing;
  readonly algorithm?: Algorithm;
  /** an index of the images' manifests inside index.json, as containerd and BuildKit write it */
  readonly nested?: boolean;
  /** an attestation beside each image */
  readonly attested?: boolean;
  /** changes each manifest before it is stored */
  readonly editManifest?: (manifest: { layers: Descriptor[] }) => object;
}

/** An OCI layout: oci-layout, index.json, blobs. */
export function ociLayout(images: readonly ImageDescription[], options: OciOptions = {}): ArchiveFile[] {
  const { algorithm = "sha256" } = options;
  const blobs = new Map<string, ArchiveFile>();
  function store(mediaType: string, content: Uint8Array): Descriptor {
    const file = blobFile(content, algorithm);
    blobs.set(file.name, file);
    return describe(mediaType, content, algorithm);
  }
  const manifests = images.flatMap((image): Descriptor[] => {
    const { architecture = "amd64", os = "linux", variant } = image;
    const manifest = storeManifest(store, image, options);
    const platform = { os, architecture, ...(variant === undefined ? {} : { variant }) };
    const names = options.nested === true ? [undefined] : (image.references ?? [undefined]);
    const entries = names.map((name) => ({
      ...manifest,
      platform,
      ...(name === undefined ? {} : { annotations: { "org.opencontainers.image.ref.name": name } }),
    }));
    return options.attested === true ? [...entries, storeAttestation(store, manifest)] : entries;
  });
  let top = manifests;
  if (options.nested === true) {
    const inner = store(
      `${OCI}.index.v1+json`,
      toJson({ schemaVersion: 2, mediaType: `${OCI}.index.v1+json`, manifests }),
    );
    const names = images[0]?.references ?? [];
    top = names.map((name) => ({
      ...inner,
      annotations: {
        "io.containerd.image.name": `docker.io/library/${name}`,
        "org.opencontainers.image.ref.name": name.split(":")[1] ?? "",
      },
    }));
  }
  return [
    ...[...blobs.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    { name: "index.json", content: toJson({ schemaVersion: 2, mediaType: `${OCI}.index.v1+json`, manifests: top }) },
    { name: "oci-layout", content: toJson({ imageLayoutVersion: "1.0.0" }) },
  ];
}

/** docker save since 25: an OCI layout, and manifest.json that points into it. `lostLayers` is what the first 25.0 wrote. */
export function docker25(
  images: readonly ImageDescription[],
  options: OciOptions & { lostLayers?: boolean } = {},
): ArchiveFile[] {
  const edit = options.lostLayers === true ? (manifest: object) => ({ ...manifest, layers: [] }) : undefined;
  const items = images.map((image) => {
    const layers = image.layers.map((tar) => packLayer(tar, options.packing ?? "plain"));
    return {
      Config: `blobs/sha256/${hexOf(buildConfig(image))}`,
      RepoTags: image.references ?? null,
      Layers: layers.map((content) => `blobs/sha256/${hexOf(content)}`),
    };
  });
  const stored = images.flatMap(({ layers }) =>
    layers.map((tar) => blobFile(packLayer(tar, options.packing ?? "plain"))),
  );
  const layout = ociLayout(images, {
    packing: "plain",
    ...options,
    ...(edit === undefined ? {} : { editManifest: edit }),
  });
  const known = new Set(layout.map(({ name }) => name));
  return [
    ...stored.filter(({ name }) => !known.has(name)),
    ...layout,
    { name: "manifest.json", content: toJson(items) },
    repositories(images),
  ];
}

/** skopeo's dir: (podman's docker-dir): a manifest, and blobs under their bare digests. */
export function dockerDir(image: ImageDescription, packing: Packing = "gzip"): ArchiveFile[] {
  const files: ArchiveFile[] = [];
  const manifest = storeManifest(
    (mediaType, content) => {
      files.push({ name: hexOf(content), content });
      return describe(mediaType, content);
    },
    image,
    { packing },
  );
  return files
    .map((file) => (`sha256:${file.name}` === manifest.digest ? { ...file, name: "manifest.json" } : file))
    .concat({ name: "version", content: Buffer.from("Directory Transport Version: 1.1\n") });
}

type Store = (mediaType: string, content: Uint8Array) => Descriptor;

function storeManifest(
  store: Store,
  image: ImageDescription,
  { packing = "gzip", editManifest }: OciOptions,
): Descriptor {
  const manifest = {
    schemaVersion: 2,
    mediaType: `${OCI}.manifest.v1+json`,
    config: store(`${OCI}.config.v1+json`, buildConfig(image)),
    layers: image.layers.map((tar) => store(`${OCI}.layer.v1.tar${SUFFIX[packing]}`, packLayer(tar, packing))),
  };
  return store(manifest.mediaType, toJson(editManifest?.(manifest) ?? manifest));
}

/** BuildKit's attestation: a manifest of in-toto statements, on a platform that is unknown. */
function storeAttestation(store: Store, subject: Descriptor): Descriptor {
  const statement = store("application/vnd.in-toto+json", toJson({ _type: "https://in-toto.io/Statement/v0.1" }));
  const config = store(
    `${OCI}.config.v1+json`,
    toJson({ architecture: "unknown", os: "unknown", rootfs: { diff_ids: [] } }),
  );
  const manifest = { schemaVersion: 2, mediaType: `${OCI}.manifest.v1+json`, config, layers: [statement] };
  return {
    ...store(manifest.mediaType, toJson(manifest)),
    platform: { os: "unknown", architecture: "unknown" },
    annotations: {
      "vnd.docker.reference.type": "attestation-manifest",
      "vnd.docker.reference.digest": subject.digest,
    },
  };
}

function repositories(images: readonly ImageDescription[]): ArchiveFile {
  const tags = images.flatMap((image) => (image.references ?? []).map((name) => name.split(":") as [string, string]));
  return {
    name: "repositories",
    content: toJson(Object.fromEntries(tags.map(([name, tag]) => [name, { [tag]: "x" }]))),
  };
}
