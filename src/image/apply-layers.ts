/**
 * Layers put together, base first, in one of the two ways that runtimes do it.
 *
 * `overlay` (Docker, Podman, containerd, enroot): each layer is unpacked by itself into an empty folder, and the kernel lays the
 * folders over one another. A parent that has no entry of its own becomes a real folder there, and so hides a link of a lower layer.
 * Charliecloud unpacks over the lower layers, but takes links that are in the way of a folder away, and so comes to the same.
 * `extract` (Apptainer, umoci, vfs drivers): each layer is unpacked over the result of the ones below, through whatever links are
 * there.
 *
 * OCI image-spec, layer.md; Linux' overlayfs.rst.
 */
import { extractOver } from "./extract-over.js";
import { layOver } from "./lay-over.js";
import type { LayerFacts, LayerRemark } from "./layer-facts.js";
import { createStepCounter, createTreeWalker, type StepCounter } from "./tree-walker.js";
import { createTree, type Tree } from "./tree.js";
import type { Remark } from "./unpacker.js";

export type LayerMode = "overlay" | "extract";

export interface AppliedLayers<Facts> {
  readonly tree: Tree<Facts>;
  /** what putting them together was held to */
  readonly steps: StepCounter;
  /** whether the other mode may make another tree of them */
  readonly mayDependOnMode: boolean;
  readonly remarks: readonly (LayerRemark & { readonly layer: number })[];
}

/** The tree that layers make, base first. */
export function applyLayers<Facts>(
  layers: readonly LayerFacts<Facts>[],
  mode: LayerMode,
  steps: StepCounter = createStepCounter(),
): AppliedLayers<Facts> {
  const tree = createTree<Facts>();
  const remarks: (LayerRemark & { layer: number })[] = [];
  let mayDependOnMode = mode === "extract" && layers.length > 1;
  for (const [layer, { entries }] of layers.entries()) {
    const remark: Remark = (one) => remarks.push({ ...one, layer });
    const lower = createTreeWalker(tree, steps);
    if (mode === "extract") extractOver(lower, entries, steps, layer, remark);
    else if (layOver(lower, entries, steps, layer, remark) === "doubtful") mayDependOnMode = true;
  }
  return { tree, steps, mayDependOnMode, remarks };
}
