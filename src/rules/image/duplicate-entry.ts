import { observeRemarks } from "../remark.js";
import type { ImageRule } from "../rule.js";

/** Readers of tar differ in which of two entries with one name they take; the last one is what most of them, and runtimes, take. */
export const duplicateEntry: ImageRule = {
  id: "duplicate-entry",
  title: "A path comes twice in one layer",
  severity: "note",
  check: (imageCase) => observeRemarks(imageCase, "duplicate-entry"),
};
