import { observeRemarks } from "../remark.js";
import type { ImageRule } from "../rule.js";

/** Some readers go on after the end of an archive, and would see files that runtimes do not. */
export const dataAfterEnd: ImageRule = {
  id: "data-after-end",
  title: "Data follows the end of a layer's archive",
  severity: "warning",
  check: (imageCase) => observeRemarks(imageCase, "data-after-end"),
};
