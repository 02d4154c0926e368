import { observeRemarks } from "../remark.js";
import type { ImageRule } from "../rule.js";

/** Layers that Docker and Apptainer put together to different files: the verdicts hold for one of them. */
export const layerModeDiffers: ImageRule = {
  id: "layer-mode-differs",
  title: "Files or links lie elsewhere in the other layer mode",
  severity: "note",
  check: (imageCase) => observeRemarks(imageCase, "layer-mode-differs"),
};
