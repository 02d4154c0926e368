/** `containerspec diff` of two images: what is another one in the second, and what of that can break somebody. */
import { compareImages } from "./compare/images/compare-images.js";
import type { ImageDiff } from "./compare/images/image-diff-schema.js";
import { IMAGE_PARTS, type ImagePart } from "./compare/images/image-parts.js";
import type { ImageSide } from "./compare/images/image-side.js";
import { toDisplayTexts } from "./display-text.js";
import { ContainerspecError } from "./errors.js";
import type { InspectOptions } from "./inspect.js";
import { openNeeds } from "./open-needs.js";
import { toImageSide } from "./to-image-side.js";
import { VERSION } from "./version.js";

export interface DiffImagesOptions extends Omit<InspectOptions, "reference" | "env"> {
  /** what is compared; everything where it is left out */
  readonly only?: readonly ImagePart[];
  /** which image of each archive, where it holds several */
  readonly references?: { readonly before?: string; readonly after?: string };
}

/** whose image is taken where an archive has several and none is named */
const USUAL_MACHINE = "x86_64";
/** parts that ask what is in files that no loader reads */
const BY_CONTENT: readonly ImagePart[] = ["libraries", "programs", "files"];

/**
 * Compares the images at two places: files or folders, and "-" for `options.stdin` for one of them.
 *
 * @throws ContainerspecError usage where both are standard input, and where an image cannot be read
 */
export async function diffImages(before: string, after: string, options: DiffImagesOptions = {}): Promise<ImageDiff> {
  if (before === "-" && after === "-")
    throw new ContainerspecError(
      "usage",
      "Cannot compare standard input with itself: it passes by once; name a file for one of the two images",
    );
  const parts = new Set(options.only ?? IMAGE_PARTS);
  const { references = {} } = options;
  const sides = {
    before: await openSide(before, references.before, parts, options),
    after: await openSide(after, references.after, parts, options),
  };
  return toDisplayTexts(compareImages(sides, { parts, release: VERSION }));
}

async function openSide(
  source: string,
  reference: string | undefined,
  parts: ReadonlySet<ImagePart>,
  { only: _, references: __, ...options }: DiffImagesOptions,
): Promise<ImageSide> {
  const needs = await openNeeds(source, USUAL_MACHINE, {
    ...options,
    ...(reference === undefined ? {} : { reference }),
    ...(BY_CONTENT.some((part) => parts.has(part)) ? { hashesContent: true } : {}),
  });
  options.onProgress?.({ stage: "looking at what is in the image", done: 0 });
  return toImageSide(needs, parts);
}
