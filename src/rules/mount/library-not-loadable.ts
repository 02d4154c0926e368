import { nameFile } from "../wording.js";
import type { MountRule } from "../rule.js";

/** The search ends at a file that the loader refuses. */
export const libraryNotLoadable: MountRule = {
  id: "library-not-loadable",
  title: "The file found for a library cannot be loaded",
  severity: "error",
  *check(mountCase) {
    for (const { problem, subjects, loaderMessage } of mountCase.failures) {
      if (problem.kind !== "library-not-loadable") continue;
      const { name, path, requiredBy, reason } = problem;
      yield {
        message: `The search for ${name}, needed by ${nameFile(mountCase, requiredBy)}, ends at ${path}, which the loader refuses: ${reason}`,
        subjects,
        loaderMessage,
        evidence: [{ kind: "value", what: path, found: reason, expected: "a shared library" }],
      };
    }
  },
};
