import type { MountRule } from "../rule.js";

/** The mounted file is one that no search arrives at: another one answers to its name first, or it lies where nobody looks. */
export const searchNeverReaches: MountRule = {
  id: "search-never-reaches",
  title: "No search reaches the mounted file",
  severity: "note",
  means: "no-effect",
  *check({ fates, isReached }) {
    if (isReached) return;
    for (const { winner, missedBy, landing } of fates) {
      if (missedBy !== undefined) {
        const name = landing.candidate.elf.soname ?? landing.candidate.name;
        yield {
          message: `The search for ${name} does not come to ${landing.target}: ${missedBy} goes on without it`,
          subjects: [landing.target],
          evidence: [{ kind: "file", role: "looks for it in vain", path: missedBy, side: "image" }],
        };
      }
      if (winner === undefined) continue;
      yield {
        message: `The search for ${landing.candidate.name} ends at ${winner} before it comes to ${landing.target}`,
        subjects: [landing.target],
        evidence: [{ kind: "file", role: "wins instead", path: winner, side: "image" }],
      };
    }
  },
};
