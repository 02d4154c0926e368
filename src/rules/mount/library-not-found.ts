import { beginWithFile, searchEvidence } from "../wording.js";
import type { MountRule } from "../rule.js";

/** A needed library is nowhere that the loader looks. */
export const libraryNotFound: MountRule = {
  id: "library-not-found",
  title: "A needed library is not found",
  severity: "error",
  *check(mountCase) {
    for (const { problem, subjects, loaderMessage, considered } of mountCase.failures) {
      if (problem.kind !== "library-not-found") continue;
      const { name, requiredBy, skipped } = problem;
      const sight =
        skipped === undefined
          ? "the image's loader finds nowhere"
          : `the image's loader finds only as a file that it must skip (${skipped})`;
      yield {
        message: `${beginWithFile(mountCase, requiredBy)} needs ${name}, which ${sight}`,
        subjects,
        loaderMessage,
        evidence: [searchEvidence(name, requiredBy, considered)],
      };
    }
  },
};
