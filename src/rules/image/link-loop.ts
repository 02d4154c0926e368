import { observeRemarks } from "../remark.js";
import type { ImageRule } from "../rule.js";

/** What lies behind a circle of links cannot be unpacked by anybody; it was left out. */
export const linkLoop: ImageRule = {
  id: "link-loop",
  title: "A path lies behind links that lead in a circle",
  severity: "warning",
  check: (imageCase) => observeRemarks(imageCase, "link-loop"),
};
