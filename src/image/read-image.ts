/**
 * From a name to an image and its flattened root filesystem: open, choose the image, scan its layers (several at a time where
 * they can be read by position), verify every digest, and put the layers together.
 */
import type { Readable } from "node:stream";
import { ContainerspecError } from "../errors.js";
import type { LayerMode } from "./apply-layers.js";
import type { BlobSource, ScannedBlob } from "./blob-source.js";
import { readLayer } from "./cached-layer.js";
import type { CandidateImage } from "./candidate-image.js";
import { findDocker, findIndexed } from "./candidates.js";
import { checkForm, checkImage, notAnImage, verifyLayer } from "./check-image.js";
import { limitConcurrency } from "./concurrency.js";
import type { Compression } from "./decompress.js";
import { parseDigest } from "./digest.js";
import type { ImageConfig, Platform } from "./documents.js";
import type { FileInspector } from "./inspector.js";
import { withBudget } from "./kept-budget.js";
import { resolveLimits, type Limits } from "./limits.js";
import type { LayerCache } from "./layer-store.js";
import type { LayerRemark } from "./layer-facts.js";
import { applyAndRead, type ScanAgain } from "./read-by-path.js";
import { openImageSource } from "./open-source.js";
import { toUnread, whyUnread } from "./unread-layer.js";
import { selectImage, type SelectedImage, type Selection } from "./select-image.js";
import { toSnapshot, type Snapshot } from "./snapshot.js";

export interface Layer {
  /** digest of the blob as stored */
  readonly digest: string;
  /** digest of the uncompressed tar */
  readonly diffId: string;
  readonly mediaType: string;
  /** bytes as stored */
  readonly size: number;
}

export interface Image {
  readonly source: string;
  readonly reference?: string;
  /** digest of the manifest, or of the config in a docker archive */
  readonly digest: string;
  /** what a descriptor says of its manifest beside the digest; absent where it has none */
  readonly manifest?: { readonly mediaType: string; readonly size: number };
  readonly platform: Platform;
  readonly config: ImageConfig;
  /** of its manifest; none where it has none */
  readonly annotations: Readonly<Record<string, string>>;
  /** base first */
  readonly layers: readonly Layer[];
}

/** Something odd that a user should know of; `layer` counts from the base. */
export interface ImageRemark extends LayerRemark {
  readonly layer?: number;
}

export interface OpenedImage<Facts> {
  readonly image: Image;
  readonly snapshot: Snapshot<Facts>;
  readonly remarks: readonly ImageRemark[];
  /** the archive holds no other image */
  readonly isOnly: boolean;
  /** layers of which nothing is known, counted from the base; they count as empty in `snapshot` */
  readonly unreadLayers: readonly number[];
}

export interface ReadImageOptions<Facts> extends Selection {
  readonly inspector: FileInspector<Facts>;
  readonly layerMode: LayerMode;
  /** `auto` takes the digest that bytes had before, where the file that they lie in has not changed since; all else is hashed */
  readonly verify: "always" | "auto" | "never";
  /** what the image may cost, where that is not the default */
  readonly limits?: Partial<Limits>;
  /** layers that were read before; none where it is left out */
  readonly cache?: LayerCache<Facts>;
  readonly stdin?: Readable;
  readonly onProgress?: (progress: {
    readonly stage: string;
    readonly done: number;
    readonly total?: number;
    /** as they are stored; where every layer says how large it is */
    readonly bytes?: { readonly done: number; readonly total: number };
  }) => void;
}

/** Reads the image at `source`: a file, a folder, or "-". @throws ContainerspecError */
export async function readImage<Facts>(source: string, options: ReadImageOptions<Facts>): Promise<OpenedImage<Facts>> {
  options.onProgress?.({ stage: "opening the image", done: 0 });
  const limits = resolveLimits(options.limits);
  const name = source === "-" ? "standard input" : source;
  const inspector = withBudget(options.inspector, name, limits);
  const blobs = await openImageSource(source, inspector, options.stdin);
  try {
    const { image: chosen, reference, isOnly } = await chooseImage(blobs, name, { ...options, limits });
    const scanned = await scanLayers(blobs, chosen, name, { ...options, inspector });
    const scanAgain = findScanAgain(blobs, chosen, scanned, name);
    const { tree, remarks } = await applyAndRead(
      scanned.map(({ facts }) => facts),
      { source: name, layerMode: options.layerMode, inspector, ...(scanAgain === undefined ? {} : { scanAgain }) },
    );
    return {
      image: toImage(source, chosen, scanned, reference),
      snapshot: toSnapshot(tree),
      isOnly,
      unreadLayers: chosen.layers.flatMap((layer, index) =>
        whyUnread(layer, blobs.names) === undefined ? [] : [index],
      ),
      remarks: [
        ...blobs.remarks,
        ...scanned.flatMap(({ facts }, layer) => facts.remarks.map((remark) => ({ ...remark, layer }))),
        ...remarks,
      ],
    };
  } finally {
    await blobs.close();
  }
}

/** The image that is meant, of those that the archive's documents tell of; or the one that there is. */
export async function chooseImage<Facts>(
  blobs: BlobSource<Facts>,
  source: string,
  options: Selection & Pick<ReadImageOptions<Facts>, "verify"> & { readonly limits: Limits },
): Promise<SelectedImage & { readonly isOnly: boolean }> {
  if (blobs.image !== undefined) return { ...selectImage([blobs.image], [], source, options), isOnly: true };
  const verify = options.verify !== "never";
  const [indexed, docker] = [
    await findIndexed(blobs, verify, options.limits),
    blobs.names.has("index.json") || blobs.names.has("manifest.json") ? await findDocker(blobs, verify) : [],
  ];
  if (indexed.length + docker.length === 0) throw notAnImage(source, blobs.names);
  const selected = selectImage(indexed, docker, source, options);
  checkImage(selected.image, source, {
    limits: options.limits,
    canReadSquashfs: blobs.isSquashfs !== undefined,
  });
  const configs = new Set([...indexed, ...docker].map(({ configDigest }) => configDigest));
  return { ...selected, isOnly: configs.size === 1 };
}

async function scanLayers<Facts>(
  blobs: BlobSource<Facts>,
  image: CandidateImage,
  source: string,
  options: ReadImageOptions<Facts>,
): Promise<ScannedBlob<Facts>[]> {
  const total = image.layers.length;
  let done = 0;
  const sizes = image.layers.map(({ size }) => size ?? Number.NaN);
  const bytes = { done: 0, total: sizes.reduce((sum, size) => sum + size, 0) };
  return limitConcurrency(image.layers, async (layer, index) => {
    const algorithm = layer.digest === undefined ? "sha256" : parseDigest(layer.digest, layer.name).algorithm;
    const hashing = options.verify === "never" ? "none" : algorithm;
    const why = whyUnread(layer, blobs.names);
    if (why !== undefined) return toUnread(layer, image.config.diffIds[index] as string, why, index);
    const diffId = image.config.diffIds[index] as string;
    const isSquashfs = await blobs.isSquashfs?.(layer.name);
    if (isSquashfs !== undefined) checkForm(layer, isSquashfs, source);
    const blob = await readLayer({
      ...{ blobs, layer, diffId, hashing, cache: options.cache, inspector: options.inspector },
      believesFiles: options.verify === "auto",
      verify(read) {
        if (options.verify !== "never") verifyLayer(read, layer, diffId, `layer ${index + 1} of ${total} in ${source}`);
      },
    });
    if (blob === undefined) {
      throw new ContainerspecError(
        "corrupt-image",
        `Cannot find layer ${index + 1} of ${total} in ${source}: its manifest names ${layer.name}, and the archive has no such file`,
        { image: source, layer: layer.name },
      );
    }
    done += 1;
    bytes.done += sizes[index] ?? 0;
    options.onProgress?.({ stage: "reading layers", done, total, ...(bytes.total > 0 ? { bytes: { ...bytes } } : {}) });
    return blob;
  });
}

/** Reads a layer of the chosen image once more, which must be what it was. */
function findScanAgain<Facts>(
  { layerAgain }: BlobSource<Facts>,
  image: CandidateImage,
  scanned: readonly ScannedBlob<Facts>[],
  source: string,
): ScanAgain<Facts> | undefined {
  if (layerAgain === undefined) return undefined;
  return async (index, inspector) => {
    const [layer, first] = [image.layers[index], scanned[index]];
    if (layer === undefined || first === undefined) throw new RangeError(`the image has no layer ${index}`);
    const { digest, size } = first;
    const hashing = digest === undefined ? "none" : parseDigest(digest, layer.name).algorithm;
    const blob = await layerAgain(layer.name, hashing, inspector);
    if (blob !== undefined && blob.digest === digest && blob.size === size) return blob.facts;
    throw new ContainerspecError(
      "corrupt-image",
      `Cannot read ${source}: ${layer.name} changes while it is being read`,
      { image: source, layer: layer.name },
    );
  };
}

function toImage<Facts>(
  source: string,
  chosen: CandidateImage,
  scanned: readonly ScannedBlob<Facts>[],
  reference: string | undefined,
): Image {
  return {
    source,
    ...(reference === undefined ? {} : { reference }),
    digest: chosen.digest,
    ...(chosen.manifest === undefined ? {} : { manifest: chosen.manifest }),
    platform: chosen.platform,
    config: chosen.config,
    annotations: chosen.annotations ?? {},
    layers: scanned.map((blob, index) => {
      const { digest, mediaType } = chosen.layers[index] ?? {};
      // What was not computed is what the documents say; a layer that is not compressed has one digest.
      const { diffId = chosen.config.diffIds[index] ?? "" } = blob;
      return {
        digest: blob.digest ?? digest ?? diffId,
        diffId,
        size: blob.size,
        mediaType: mediaType ?? toDockerLayerType(blob.compression),
      };
    }),
  };
}

/** What a layer of a docker archive is, whose manifest.json does not say: the type that it has in a registry. */
function toDockerLayerType(compression: Compression): string {
  const suffix = compression === "gzip" || compression === "zstd" ? `.${compression}` : "";
  return `application/vnd.docker.image.rootfs.diff.tar${suffix}`;
}
