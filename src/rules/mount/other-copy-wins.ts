import { listSome } from "../wording.js";
import type { MountRule } from "../rule.js";

/** Some consumers go on using another copy of the library that the image holds. */
export const otherCopyWins: MountRule = {
  id: "other-copy-wins",
  title: "Some programs keep another copy of the library",
  severity: "note",
  *check({ fates }) {
    for (const { landing, otherCopies, winner } of fates) {
      if (otherCopies.length === 0 || winner !== undefined) continue;
      const copies = [...new Set(otherCopies.map(({ path }) => path))];
      const who = otherCopies.length === 1 ? "One user" : `${otherCopies.length} users`;
      yield {
        message: `${who} of ${landing.candidate.name} in the image ${otherCopies.length === 1 ? "loads" : "load"} another copy: ${listSome(copies, 3)}`,
        subjects: otherCopies.map(({ consumer }) => consumer),
        evidence: copies.map((path) => ({ kind: "file", role: "loaded instead", path, side: "image" })),
      };
    }
  },
};
