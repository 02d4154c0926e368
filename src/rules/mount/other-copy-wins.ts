import { listSome } from "../wording.js";
import type { MountRule } from "../rule.js";

/** Some consumers go on using another copy of the library that the image holds. */
export const otherCopyWins: MountRule = {
  id: "other-copy-wins",
  title: "Some programs keep another copy of the library",
  severity: "note",
  *check({ otherCopies, landings, winner }) {
    const [landing] = landings;
    if (otherCopies.length === 0 || landing === undefined || winner !== undefined) return;
    const copies = [...new Set(otherCopies.map(({ path }) => path))];
    yield {
      message: `${otherCopies.length === 1 ? "One user" : `${otherCopies.length} users`} of ${landing.candidate.name} in the image ${otherCopies.length === 1 ? "loads" : "load"} another copy: ${listSome(copies, 3)}`,
      subjects: otherCopies.map(({ consumer }) => consumer),
      evidence: copies.map((path) => ({ kind: "file", role: "loaded instead", path, side: "image" })),
    };
  },
};
