import { listSome } from "../wording.js";
import type { ImageRule } from "../rule.js";

/** Two builds of libstdc++: which one a process gets depends on what is loaded first, and one may lack what the other gave. */
export const severalCxxRuntimes: ImageRule = {
  id: "several-cxx-runtimes",
  title: "The image holds several C++ runtimes",
  severity: "note",
  *check({ hazards: { runtimes } }) {
    if (runtimes.length === 0) return;
    const paths = runtimes.map(({ path }) => path);
    yield {
      message: `The image holds ${runtimes.length} builds of libstdc++.so.6, and a process gets the one that is found first: ${listSome(
        runtimes.map(({ path, newest }) => `${path} (up to ${newest})`),
        4,
      )}`,
      subjects: paths,
      evidence: runtimes
        .slice(0, 20)
        .map(({ path, newest }) => ({ kind: "value", what: path, found: newest, expected: "one build for all" })),
    };
  },
};
