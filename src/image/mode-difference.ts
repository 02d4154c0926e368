/**
 * One image, two trees: what overlayfs shows (Docker, Podman, containerd) and what an extractor unpacks (Apptainer) are not the same
 * where a layer writes below a link of a lower one. Where they differ in a file that a loader may look at, or in a link that leads it
 * to one, whoever runs the image in the other way gets other answers than this analysis gives.
 */
import type { RootNode } from "../rootfs/filesystem.js";
import { parentPath } from "../rootfs/path.js";
import { resolvePath } from "../rootfs/resolve.js";
import { applyLayers, type AppliedLayers, type LayerMode } from "./apply-layers.js";
import type { LayerFacts, LayerRemark } from "./layer-facts.js";
import type { StepCounter } from "./tree-walker.js";
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
  { tree, mayDependOnMode, steps }: AppliedLayers<Facts>,
  isRead: (facts: Facts) => boolean,
): readonly (LayerRemark & { readonly layer: number })[] {
  if (!mayDependOnMode) return [];
  const otherMode = mode === "overlay" ? "extract" : "overlay";
  const other = applyLayers(layers, otherMode, steps.renew()).tree;
  const here = listOwn(tree, other, steps, isRead);
  const there = listOwn(other, tree, steps, isRead);
  const numbers = [...new Set([...here, ...there].map(({ layer }) => layer))].sort((a, b) => a - b);
  return numbers.map((layer) => {
    const [mine, others] = [here, there].map((paths) =>
      paths.filter((one) => one.layer === layer).map(({ path }) => path),
    );
    const [path] = [...(mine ?? []), ...(others ?? [])];
    return {
      code: "layer-mode-differs",
      layer,
      message: `Files or links of layer ${layer + 1} lie elsewhere in the other layer mode: ${WORDS[mode]} shows ${some(mine)}, ${WORDS[otherMode]} ${some(others)}`,
      ...(path === undefined ? {} : { path }),
    };
  });
}

interface Place {
  readonly path: string;
  readonly layer: number;
}

/**
 * Files that were worth reading, and links that lead to some or are named like libraries, that a tree has and another has not, or
 * not so. A link that a folder hides counts for the layer that has the folder.
 */
function listOwn<Facts>(
  tree: Tree<Facts>,
  other: Tree<Facts>,
  steps: StepCounter,
  isRead: (facts: Facts) => boolean,
): readonly Place[] {
  const files: Place[] = [];
  const links: Place[] = [];
  const leadsToFiles = createLinkJudge(tree, steps.renew(), isRead);
  for (const [path, node] of tree.entries()) {
    const { layer = 0 } = node;
    if (node.kind === "file") {
      if (isRead(node.facts) && !isSame(node, other.get(path))) files.push({ path, layer });
    } else if (node.kind === "symlink") {
      const instead = other.get(path);
      if (!isSame(node, instead) && (isNamedAsLibrary(path) || leadsToFiles(path)))
        links.push({ path, layer: Math.max(layer, instead?.layer ?? 0) });
    }
  }
  const byPath = (a: Place, b: Place) => (a.path < b.path ? -1 : 1);
  return [...files.sort(byPath), ...links.sort(byPath)];
}

/** Whether a link leads to a file that was worth reading, or to a folder that has some, or links to some, at any depth. */
function createLinkJudge<Facts>(
  tree: Tree<Facts>,
  steps: StepCounter,
  isRead: (facts: Facts) => boolean,
): (link: string) => boolean {
  const counted = {
    lookup(path: string) {
      steps.take(path);
      return tree.get(path);
    },
    list: () => [],
  };
  let folders: ReadonlySet<string> | undefined;

  function isOfInterest(path: string, node: RootNode<Facts>): boolean {
    if (node.kind === "file") return isRead(node.facts);
    if (node.kind !== "symlink") return false;
    if (isNamedAsLibrary(path)) return true;
    const target = resolvePath(counted, path)?.node;
    // Links to folders are not followed from folder to folder, which may go round: one that leads to any is enough.
    return target?.kind === "directory" || (target?.kind === "file" && isRead(target.facts));
  }

  function listFolders(): ReadonlySet<string> {
    const found = new Set<string>();
    for (const [path, node] of tree.entries()) {
      if (!isOfInterest(path, node)) continue;
      for (let folder = parentPath(path); !found.has(folder); folder = parentPath(folder)) found.add(folder);
    }
    return found;
  }

  return (link) => {
    const target = resolvePath<Facts>(counted, link);
    if (target === undefined) return false;
    if (target.node.kind !== "directory") return isOfInterest(target.path, target.node);
    folders ??= listFolders();
    return folders.has(target.path);
  };
}

function isNamedAsLibrary(path: string): boolean {
  return path.includes(".so");
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
