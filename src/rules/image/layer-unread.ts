import { observeRemarks } from "../remark.js";
import type { ImageRule } from "../rule.js";

/** A layer of which nothing is known but that it is there: it may add, replace and remove whatever it likes. */
export const layerUnread: ImageRule = {
  id: "layer-unread",
  title: "A layer could not be read",
  severity: "unknown",
  check: (imageCase) => observeRemarks(imageCase, "layer-unread"),
};
