import { observeRemarks } from "../remark.js";
import type { ImageRule } from "../rule.js";

/** A runtime refuses such a layer, or leaves the name out; either way the file is missing. */
export const hardlinkWithoutTarget: ImageRule = {
  id: "hardlink-without-target",
  title: "A hardlink refers to a file that is not there",
  severity: "warning",
  check: (imageCase) => observeRemarks(imageCase, "hardlink-without-target"),
};
