/**
 * An image that is one file system and no layers: what a squashfs holds, as the single layer of a single image. It has no manifest and
 * no digests; the digest that the report tells is that of the file system's bytes.
 */
import type { FileHandle } from "node:fs/promises";
import type { BlobSource, ScannedBlob } from "./blob-source.js";
import type { ImageConfig } from "./documents.js";
import { watchScripts } from "./environment-scripts.js";
import { digestSection, type ImageSection } from "./image-section.js";
import type { FileInspector } from "./inspector.js";
import { SQUASHFS_LAYER } from "./squashfs-layer.js";
import { scanSquashfs } from "./squashfs/scan-squashfs.js";
import { SQUASHFS_MAGIC } from "./squashfs/superblock.js";

const NAME = "rootfs.squashfs";
/** The line that made the first images of Singularity executable, in front of the file system. */
const LAUNCH = /^#!.{0,200}run-singularity\n/;

/** Where a squashfs begins in a file, by the file's first bytes; undefined where there is none. Mirrors Apptainer's pkg/image/squashfs.go. */
export function findSquashfs(head: Uint8Array): number | undefined {
  const text = Buffer.from(head.subarray(0, 512)).toString("latin1");
  const at = LAUNCH.exec(text)?.[0].length ?? 0;
  return text.startsWith(SQUASHFS_MAGIC, at) ? at : undefined;
}

/** What is known of the image beside its file system. */
export interface SquashfsConfig extends Omit<ImageConfig, "diffIds"> {
  /** `env` is the Env of an OCI image, and not merely empty */
  readonly isEnvKnown: boolean;
}

/** @throws ContainerspecError corrupt-image where the file ends too early */
export async function openSquashfsArchive<Facts>(
  file: FileHandle,
  section: ImageSection,
  { isEnvKnown, ...config }: SquashfsConfig,
  inspector: FileInspector<Facts>,
): Promise<BlobSource<Facts>> {
  const digest = await digestSection(section);
  async function scan(eyes: FileInspector<Facts>): Promise<ScannedBlob<Facts>> {
    const watch = watchScripts(eyes, isEnvKnown);
    const { facts, compression } = await scanSquashfs(section, watch.inspector, "root");
    const remarks = [...facts.remarks, ...watch.remarkOn(facts)];
    return { facts: { ...facts, remarks }, compression, digest, diffId: digest, size: section.size };
  }
  return {
    names: new Set([NAME]),
    remarks: [],
    image: {
      references: [],
      digest,
      group: NAME,
      config: { ...config, diffIds: [digest] },
      configDigest: digest,
      platform: config.platform,
      layers: [{ name: NAME, mediaType: SQUASHFS_LAYER, digest, size: section.size }],
    },
    document: () => Promise.resolve(undefined),
    layer: () => scan(inspector),
    layerAgain: (_name, _algorithm, eyes) => scan(eyes),
    close: () => file.close(),
  };
}
