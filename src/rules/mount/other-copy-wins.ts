import type { OtherCopy } from "../../mounts/fate.js";
import type { MountRule, Observation } from "../rule.js";
import { listSome } from "../wording.js";

/** Some consumers go on using another copy of the library that the image holds. */
export const otherCopyWins: MountRule = {
  id: "other-copy-wins",
  title: "Some programs keep another copy of the library",
  severity: "note",
  *check({ fates }) {
    for (const { landing, otherCopies, winner } of fates) {
      if (winner !== undefined) continue;
      const { name } = landing.candidate;
      yield* tell(
        name,
        otherCopies.filter(({ secure }) => !secure),
        "",
      );
      yield* tell(
        name,
        otherCopies.filter(({ secure }) => secure),
        " in secure-execution mode, where LD_LIBRARY_PATH is ignored",
      );
    }
  },
};

function* tell(name: string, users: readonly OtherCopy[], when: string): Generator<Observation> {
  if (users.length === 0) return;
  const copies = [...new Set(users.map(({ path }) => path))];
  const who = users.length === 1 ? "One user" : `${users.length} users`;
  yield {
    message: `${who} of ${name} in the image ${users.length === 1 ? "loads" : "load"} another copy${when}: ${listSome(copies, 3)}`,
    subjects: users.map(({ consumer }) => consumer),
    evidence: copies.map((path) => ({ kind: "file", role: "loaded instead", path, side: "image" })),
  };
}
