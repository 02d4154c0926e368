import { observeRemarks } from "../remark.js";
import type { ImageRule } from "../rule.js";

/** An entry of a type that nobody defined was passed over; another reader may take it for a file. */
export const unknownEntryType: ImageRule = {
  id: "unknown-entry-type",
  title: "A layer has an entry of an unknown type",
  severity: "warning",
  check: (imageCase) => observeRemarks(imageCase, "unknown-entry-type"),
};
