/**
 * Files that are read for the place at which they are found. Whether a body is wanted is decided while a layer passes, by the name
 * of the entry alone; a link, or another name of an inode, may lead from a place that matters to a file of any name. Once the
 * layers are put together that is known, and the layer that holds such a file is read again.
 */
import { ContainerspecError } from "../errors.js";
import { toDisplayPath } from "../rootfs/path.js";
import { resolvePath } from "../rootfs/resolve.js";
import { findModeDifference } from "./mode-difference.js";
import { applyLayers, type AppliedLayers, type LayerMode } from "./apply-layers.js";
import { limitsOf, type FileInspector, type ReadPath } from "./inspector.js";
import type { LayerEntry, LayerFacts } from "./layer-facts.js";
import { createStepCounter, type StepCounter } from "./tree-walker.js";
import { toSnapshot, type Snapshot } from "./snapshot.js";

/** A layer, scanned again with another inspector; absent where the archive has passed by. */
export type ScanAgain<Facts> = (layer: number, inspector: FileInspector<Facts>) => Promise<LayerFacts<Facts>>;

export interface ReadByPathOptions<Facts> {
  /** names the image in an error */
  readonly source: string;
  readonly layerMode: LayerMode;
  readonly inspector: FileInspector<Facts>;
  readonly scanAgain?: ScanAgain<Facts>;
}

/**
 * The layers put together, with every file read that is wanted for its place.
 *
 * @throws ContainerspecError unsupported-image where a file that is required has passed by; limit-exceeded where it is too large
 */
export async function applyAndRead<Facts>(
  layers: readonly LayerFacts<Facts>[],
  options: ReadByPathOptions<Facts>,
): Promise<AppliedLayers<Facts>> {
  const { layers: read, applied } = await readAll(layers, options);
  const { skipped } = options.inspector;
  const differences = findModeDifference(read, options.layerMode, applied, (facts) => facts !== skipped);
  return { ...applied, remarks: [...applied.remarks, ...differences] };
}

/** The layers with every such file read, and put together. */
async function readAll<Facts>(
  layers: readonly LayerFacts<Facts>[],
  options: ReadByPathOptions<Facts>,
): Promise<{ readonly layers: readonly LayerFacts<Facts>[]; readonly applied: AppliedLayers<Facts> }> {
  const { inspector, layerMode, source, scanAgain } = options;
  const steps = createStepCounter(limitsOf(inspector), inspector.keep);
  const applied = applyLayers(layers, layerMode, steps);
  const missing = findMissing(toSnapshot(applied.tree), inspector, source);
  if (missing.length === 0) return { layers, applied };
  if (scanAgain === undefined) {
    const required = missing.find(({ isRequired }) => isRequired);
    if (required === undefined) return { layers, applied };
    throw new ContainerspecError(
      "unsupported-image",
      `Cannot read ${source} as it comes: ${toDisplayPath(required.path)} leads to a file of another name, which had passed by before that was known; give a file that is not compressed as a whole`,
      { image: source, path: required.path },
    );
  }
  const again = [...layers];
  for (const [layer, indexes] of findOrigins(layers, missing, options, steps.renew())) {
    const entries = again[layer]?.entries ?? [];
    const paths = new Set([...indexes].map((index) => entries[index]?.path));
    const { entries: read } = await scanAgain(layer, { ...inspector, wants: (path) => paths.has(path) });
    again[layer] = {
      remarks: [],
      ...again[layer],
      entries: entries.map((entry, index) => pick(entry, read[index], indexes.has(index))),
    };
  }
  return { layers: again, applied: applyLayers(again, layerMode, steps.renew()) };
}

/** The places whose file was let go. */
function findMissing<Facts>(
  root: Snapshot<Facts>,
  inspector: FileInspector<Facts>,
  source: string,
): readonly ReadPath[] {
  return (inspector.listReadPaths?.(root) ?? []).filter(({ path, maxBytes, isRequired, isKnownByHead }) => {
    const node = resolvePath(root, path)?.node;
    if (node?.kind !== "file" || node.facts !== inspector.skipped) return false;
    if (node.size <= maxBytes) return isKnownByHead !== true;
    if (!isRequired) return false;
    throw new ContainerspecError(
      "limit-exceeded",
      `Cannot read ${source}: ${toDisplayPath(path)} has ${node.size} bytes, and the limit is ${maxBytes}`,
      { image: source, path },
    );
  });
}

/** The entries behind places, by layer. */
function findOrigins<Facts>(
  layers: readonly LayerFacts<Facts>[],
  places: readonly ReadPath[],
  { layerMode, inspector }: ReadByPathOptions<Facts>,
  steps: StepCounter,
): ReadonlyMap<number, ReadonlySet<number>> {
  // Facts that are the entry's own lead from the node, which keeps them, back to the entry.
  const origins = new Map<unknown, { readonly layer: number; readonly index: number }>();
  const marked = layers.map(({ entries, remarks }, layer) => ({
    remarks,
    entries: entries.map((entry, index): LayerEntry<unknown> => {
      if (entry.kind !== "file" || entry.facts !== inspector.skipped) return entry;
      const facts = {};
      origins.set(facts, { layer, index });
      return { ...entry, facts };
    }),
  }));
  const root = toSnapshot(applyLayers<unknown>(marked, layerMode, steps).tree);
  const found = new Map<number, Set<number>>();
  for (const { path } of places) {
    const node = resolvePath(root, path)?.node;
    const origin = node?.kind === "file" ? origins.get(node.facts) : undefined;
    if (origin !== undefined) found.set(origin.layer, (found.get(origin.layer) ?? new Set()).add(origin.index));
  }
  return found;
}

/** An entry, with the facts that were read of it the second time. */
function pick<Facts>(
  entry: LayerEntry<Facts>,
  read: LayerEntry<Facts> | undefined,
  isRead: boolean,
): LayerEntry<Facts> {
  return isRead && entry.kind === "file" && read?.kind === "file" ? { ...entry, facts: read.facts } : entry;
}
