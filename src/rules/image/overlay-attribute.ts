import { observeRemarks } from "../remark.js";
import type { ImageRule } from "../rule.js";

/** Attributes of overlayfs in a layer: what they hide, or move, is there for one runtime and not for another. */
export const overlayAttribute: ImageRule = {
  id: "overlay-attribute",
  title: "A layer sets attributes that overlayfs obeys",
  severity: "warning",
  check: (imageCase) => observeRemarks(imageCase, "overlay-attribute"),
};
