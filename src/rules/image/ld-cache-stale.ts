import { listSome } from "../wording.js";
import type { ImageRule } from "../rule.js";

/** The cache of the loader names files that are gone: it was written before the last change, and may lack what came then. */
export const ldCacheStale: ImageRule = {
  id: "ld-cache-stale",
  title: "The loader's cache names files that are gone",
  severity: "note",
  *check({ hazards: { stale } }) {
    if (stale.length === 0) return;
    yield {
      message: `/etc/ld.so.cache names ${stale.length === 1 ? "a file that is" : `${stale.length} files that are`} gone: ${listSome(stale, 3)}; ldconfig was not run after the last change, so that libraries which came then may not be found`,
      subjects: ["/etc/ld.so.cache"],
      evidence: stale
        .slice(0, 20)
        .map((path) => ({ kind: "value", what: path, found: "nothing", expected: "a library" })),
    };
  },
};
