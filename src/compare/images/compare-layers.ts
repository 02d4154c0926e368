/** The layers of two images, by the digest of what is in them, and how large both are. */
import type { Layer } from "../../image/read-image.js";
import type { RootFilesystem } from "../../rootfs/filesystem.js";
import { walk } from "../../rootfs/walk.js";
import { compareByKey } from "./compare-by-key.js";
import type { LayersDiff, SizeDiff } from "./image-diff-schema.js";
import type { BothSides, ImageSide } from "./image-side.js";

export function compareLayers({ before, after }: BothSides<ImageSide>): LayersDiff {
  const { pairs, removed, added } = compareByKey(
    before.image.layers.map(toRow),
    after.image.layers.map(toRow),
    ({ diffId }) => diffId,
  );
  return { shared: pairs.map((pair) => pair.after.diffId), removed: [...removed], added: [...added] };
}

function toRow({ diffId, size }: Layer, index: number): LayersDiff["added"][number] {
  return { diffId, index, size };
}

export function compareSizes({ before, after }: BothSides<ImageSide>): SizeDiff {
  return { before: measure(before), after: measure(after) };
}

function measure({ image, root }: ImageSide): SizeDiff["before"] {
  return { stored: image.layers.reduce((sum, { size }) => sum + size, 0), files: sumFiles(root) };
}

/** Each file once, whatever names it has. */
function sumFiles(root: RootFilesystem<unknown>): number {
  const seen = new Set<object>();
  let sum = 0;
  for (const { node } of walk(root)) {
    if (node.kind !== "file" || seen.has(node)) continue;
    seen.add(node);
    sum += node.size;
  }
  return sum;
}
