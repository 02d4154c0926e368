import { listSome } from "../wording.js";
import type { ImageRule } from "../rule.js";

/** Programs need a library that the image does not have: they do not start unless somebody mounts it. */
export const libraryMissing: ImageRule = {
  id: "library-missing",
  title: "Programs need a library that is not in the image",
  severity: "note",
  *check({ hazards: { missing } }) {
    for (const { name, by } of missing) {
      yield {
        message: `${name} is needed by ${listSome(by, 3)} and is not in the image: ${by.length === 1 ? "it does" : "they do"} not start unless it is mounted`,
        subjects: by,
        evidence: [
          { kind: "value", what: name, found: "nothing", expected: "a library that the image's loader finds" },
        ],
      };
    }
  },
};
