/**
 * A layer that is a squashfs file system and no tar, as SingularityCE makes them for OCI images. What a tar says by names, such a layer
 * says in the words of overlayfs: a character device 0/0 removes a file, an attribute hides what a folder had.
 * sylabs/oci-tools, pkg/mutate: squashfs.go, whiteout.go.
 */
import type { Hashing, ScannedBlob } from "./blob-source.js";
import { hashRange } from "./hash-range.js";
import { identifyRange } from "./identify-range.js";
import { createSection } from "./image-section.js";
import { limitsOf, type FileInspector } from "./inspector.js";
import type { LayerThreads } from "./layer-threads.js";
import { fillFrom, type FileRange } from "./range-reader.js";
import { scanSquashfs } from "./squashfs/scan-squashfs.js";
import { SQUASHFS_MAGIC } from "./squashfs/superblock.js";
import { hasValidChecksum } from "./tar-header.js";

export const SQUASHFS_LAYER = "application/vnd.sylabs.image.layer.v1.squashfs";
const HEAD = 512;

/** Whether a layer is a squashfs by its bytes; a tar may begin with any name. */
export function isSquashfsRange(range: FileRange): boolean {
  const head = Buffer.alloc(Math.min(HEAD, range.size));
  fillFrom(range, head, 0);
  return head.toString("latin1", 0, SQUASHFS_MAGIC.length) === SQUASHFS_MAGIC && !hasValidChecksum(head);
}

/** Scans it by position, while another thread hashes it. @throws ContainerspecError corrupt-image, unsupported-image, limit-exceeded */
export async function scanSquashfsLayer<Facts>(
  range: FileRange,
  options: { readonly inspector: FileInspector<Facts>; readonly hashing: Hashing; readonly what: string },
  threads: LayerThreads,
): Promise<ScannedBlob<Facts>> {
  const { inspector, hashing, what } = options;
  const section = createSection(range, what, range.offset, range.size);
  const hashed = identifyRange(range, { hashing, what, limits: limitsOf(inspector) }, threads);
  // Where the scan fails first, nobody waits for the digest.
  hashed.catch(() => undefined);
  const { facts } = await scanSquashfs(section, inspector, "layer");
  const { digest } = await hashed;
  if (digest === undefined) return { facts, size: range.size, compression: "none" };
  const diffId = hashing === "sha256" ? digest : hashRange(range, "sha256");
  return { facts, digest, diffId, size: range.size, compression: "none" };
}
