import { observeRemarks } from "../remark.js";
import type { ImageRule } from "../rule.js";

/** What a shell script sets, only a shell knows: where loaders search first in such an image is a question, until somebody says it. */
export const environmentScript: ImageRule = {
  id: "environment-script",
  title: "A script of the image sets what its loader obeys",
  severity: "unknown",
  check: (imageCase) => observeRemarks(imageCase, "environment-script"),
};
