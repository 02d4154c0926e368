/**
 * One image, two trees: what overlayfs shows (Docker, Podman, containerd) and what an extractor unpacks (Apptainer) are not the same
 * where a layer writes below a link of a lower one. Where they differ in a file that a loader may look at, whoever runs the image in
 * the other way gets other answers than this analysis gives.
 */
import type { RootNode } from "../rootfs/filesystem.js";
import { applyLayers, type AppliedLayers, type LayerMode } from "./apply-layers.js";
import type { LayerFacts, LayerRemark } from "./layer-facts.js";
import { createStepCounter } from "./tree-walker.js";
import type { Tree } from "./tree.js";

const WORDS: Readonly<Record<LayerMode, string>> = {
  overlay: "overlayfs (Docker, Podman)",
  extract: "an extractor (Apptainer)",
};

/**
 * What is to be said of an image whose files depend on the mode, for each layer that gives some of them: nothing, mostly.
 *
 * @param isRead whether facts are those of a file that was worth reading
 */
export function findModeDifference<Facts>(
  layers: readonly LayerFacts<Facts>[],
  mode: LayerMode,
  { tree, mayDependOnMode, limits }: AppliedLayers<Facts>,
  isRead: (facts: Facts) => boolean,
): readonly (LayerRemark & { readonly layer: number })[] {
  if (!mayDependOnMode) return [];
  const otherMode = mode === "overlay" ? "extract" : "overlay";
  const other = applyLayers(layers, otherMode, createStepCounter(limits)).tree;
  const here = listOwn(tree, other, isRead);
  const there = listOwn(other, tree, isRead);
  const numbers = [...new Set([...here, ...there].map(({ layer }) => layer))].sort((a, b) => a - b);
  return numbers.map((layer) => {
    const [mine, others] = [here, there].map((paths) =>
      paths.filter((one) => one.layer === layer).map(({ path }) => path),
    );
    const [path] = [...(mine ?? []), ...(others ?? [])];
    return {
      code: "layer-mode-differs",
      layer,
      message: `Files of layer ${layer + 1} lie elsewhere in the other layer mode: ${WORDS[mode]} shows ${some(mine)}, ${WORDS[otherMode]} ${some(others)}`,
      ...(path === undefined ? {} : { path }),
    };
  });
}

interface Place {
  readonly path: string;
  readonly layer: number;
}

/** Files that were worth reading, and links named like libraries, that a tree has and another has not, or not so. */
function listOwn<Facts>(tree: Tree<Facts>, other: Tree<Facts>, isRead: (facts: Facts) => boolean): readonly Place[] {
  const places: Place[] = [];
  for (const [path, node] of tree.entries()) {
    const isOfInterest = node.kind === "file" ? isRead(node.facts) : node.kind === "symlink" && path.includes(".so");
    if (isOfInterest && !isSame(node, other.get(path))) places.push({ path, layer: node.layer ?? 0 });
  }
  return places.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function isSame<Facts>(node: RootNode<Facts>, other: RootNode<Facts> | undefined): boolean {
  if (node.kind === "file") return other?.kind === "file" && other.facts === node.facts;
  return node.kind === "symlink" && other?.kind === "symlink" && other.target === node.target;
}

function some(paths: readonly string[] = []): string {
  const [first, ...rest] = paths;
  if (first === undefined) return "none of them";
  return rest.length === 0 ? first : `${first} and ${rest.length} more`;
}
