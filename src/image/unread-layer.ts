/**
 * Layers that an image has and nobody can read: encrypted ones (ocicrypt), and foreign ones, whose content may not be passed on and
 * which archives leave out. Nothing is known of them but their digests, which are not checked: nothing that they hold counts.
 */
import type { ScannedBlob } from "./blob-source.js";
import type { CandidateLayer } from "./candidate-image.js";

const IS_FOREIGN = /\.image\.layer\.nondistributable\.|\.rootfs\.foreign\./;

/** Why a layer cannot be read; undefined for one that can, or that must be there. */
export function whyUnread({ mediaType = "", name }: CandidateLayer, names: ReadonlySet<string>): string | undefined {
  if (mediaType.endsWith("+encrypted")) return "is encrypted";
  if (IS_FOREIGN.test(mediaType) && !names.has(name))
    return "is a foreign one, which is fetched from elsewhere, and not in the archive";
  return undefined;
}

/** Such a layer as if it held nothing, with a remark that says so. */
export function toUnread<Facts>(
  { name, digest = name, size = 0 }: CandidateLayer,
  diffId: string,
  why: string,
  layer: number,
): ScannedBlob<Facts> {
  const message = `Layer ${layer + 1} (${digest}) ${why}: what it adds, replaces or removes nobody can say`;
  const facts = { entries: [], remarks: [{ code: "layer-unread", message }] };
  return { facts, digest, diffId, size, compression: "none" };
}
