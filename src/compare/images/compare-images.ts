/** Two images, part by part, and what of their differences can break somebody. */
import { compareConfig, compareHistory } from "./compare-config.js";
import { compareFiles } from "./compare-files.js";
import { compareFloors } from "./compare-floors.js";
import { compareHazards } from "./compare-hazards.js";
import { compareLayers, compareSizes } from "./compare-layers.js";
import { compareLibraries } from "./compare-libraries.js";
import { comparePackages } from "./compare-packages.js";
import { comparePrograms } from "./compare-programs.js";
import { findBreaking } from "./find-breaking.js";
import { IMAGE_DIFF_VERSION, type ImageDiff } from "./image-diff-schema.js";
import { IMAGE_PARTS, type ImagePart } from "./image-parts.js";
import type { BothSides, ImageSide } from "./image-side.js";
import { toDisplayPath } from "../../rootfs/path.js";

export interface CompareOptions {
  readonly parts: ReadonlySet<ImagePart>;
  readonly release: string;
}

export function compareImages(sides: BothSides<ImageSide>, { parts, release }: CompareOptions): ImageDiff {
  const has = (part: ImagePart): boolean => parts.has(part);
  const configs = { before: sides.before.image.config, after: sides.after.image.config };
  const files = has("files") ? compareFiles(sides) : undefined;
  const diff: Omit<ImageDiff, "same" | "breaking"> = {
    schemaVersion: IMAGE_DIFF_VERSION,
    kind: "containerspec-image-diff",
    tool: { name: "containerspec", version: release },
    before: describe(sides.before),
    after: describe(sides.after),
    compared: IMAGE_PARTS.filter(has),
    unknown: [
      ...sides.before.unknown.map((one) => `the image before: ${one}`),
      ...sides.after.unknown.map((one) => `the image after: ${one}`),
      ...(files?.unknown ?? []).map((path) => `the content of ${toDisplayPath(path)}, which is too large to be hashed`),
    ],
    libraries: has("libraries") ? compareLibraries(sides) : null,
    programs: has("programs") ? comparePrograms(sides) : null,
    floors: has("floors") ? compareFloors(sides) : null,
    hazards: has("hazards") ? compareHazards(sides) : null,
    packages: has("packages") ? comparePackages(sides) : null,
    metadata: has("metadata") ? compareConfig(configs) : null,
    history: has("history") ? compareHistory(configs) : null,
    layers: has("layers") ? compareLayers(sides) : null,
    size: has("size") ? compareSizes(sides) : null,
    files: files?.files ?? null,
  };
  return { ...diff, same: isSame(diff), breaking: findBreaking(diff) };
}

function describe({ image }: ImageSide): ImageDiff["before"] {
  const { source, reference, digest, platform } = image;
  const { os, architecture, variant } = platform;
  return {
    source,
    ...(reference === undefined ? {} : { reference }),
    digest,
    platform: [os, architecture, ...(variant === undefined ? [] : [variant])].join("/"),
  };
}

/** Nothing differs, and nothing was left unread. Of the sizes that of the files counts: layers may be compressed in another way. */
function isSame({ unknown, size, floors, metadata, ...diff }: Omit<ImageDiff, "same" | "breaking">): boolean {
  const lists = [unknown, floors ?? [], metadata ?? []];
  const parts = [diff.libraries, diff.programs, diff.packages, diff.files].flatMap((part) =>
    part === null ? [] : [part.added, part.removed, part.changed],
  );
  const pairs = [diff.hazards, diff.history, diff.layers].flatMap((part) =>
    part === null ? [] : [part.added as readonly unknown[], part.removed],
  );
  const isOneSize = size === null || size.before.files === size.after.files;
  return isOneSize && [...lists, ...parts, ...pairs].every((list) => list.length === 0);
}
