/** Remarks that were made while the image was read, as observations: each rule of this kind takes those of its own code. */
import type { ImageCase, Observation } from "./rule.js";

export function* observeRemarks({ remarks }: ImageCase, code: string): Generator<Observation> {
  for (const remark of remarks) {
    if (remark.code !== code) continue;
    const layer = remark.layer === undefined ? {} : { layer: remark.layer };
    yield {
      message: remark.message,
      subjects: remark.path === undefined ? [] : [remark.path],
      evidence:
        remark.path === undefined
          ? []
          : [{ kind: "file", role: "in this layer", path: remark.path, side: "image", ...layer }],
    };
  }
}
