/** The words in which two images are compared. */

/** What can be compared, in the order in which it is told. */
export const IMAGE_PARTS = [
  "libraries",
  "programs",
  "floors",
  "hazards",
  "packages",
  "metadata",
  "history",
  "layers",
  "size",
  "files",
] as const;

export type ImagePart = (typeof IMAGE_PARTS)[number];

/** What a difference can do to somebody who links with the image, or runs on it; the worst first. */
export const EFFECTS = ["breaks", "may-break", "unknown", "compatible", "cosmetic"] as const;

export type Effect = (typeof EFFECTS)[number];
