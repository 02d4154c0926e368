import { listSome } from "../wording.js";
import type { ImageRule } from "../rule.js";

/** A library of glibc lies where its libc.so.6 does not: whoever finds it there has parts of two builds in one process. */
export const cLibraryStray: ImageRule = {
  id: "c-library-stray",
  title: "Parts of a C library lie without the rest of it",
  severity: "note",
  *check({ hazards: { strayParts } }) {
    if (strayParts.length === 0) return;
    yield {
      message: `${strayParts.length === 1 ? "A part" : `${strayParts.length} parts`} of glibc ${strayParts.length === 1 ? "lies" : "lie"} without the libc.so.6 of the same build: ${listSome(strayParts, 3)}; whoever finds ${strayParts.length === 1 ? "it" : "them"} there mixes two builds that share private data`,
      subjects: strayParts,
      evidence: strayParts
        .slice(0, 20)
        .map((path) => ({ kind: "file", role: "part without the rest", path, side: "image" })),
    };
  },
};
