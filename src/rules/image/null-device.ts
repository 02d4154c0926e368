import { observeRemarks } from "../remark.js";
import type { ImageRule } from "../rule.js";

/** The kernel hides a file behind a character device 0/0; whoever unpacks layers over one another puts a device in its place. */
export const nullDevice: ImageRule = {
  id: "null-device",
  title: "A layer has a character device 0/0",
  severity: "note",
  check: (imageCase) => observeRemarks(imageCase, "null-device"),
};
