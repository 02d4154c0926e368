import { beginWithFile } from "../wording.js";
import type { MountRule } from "../rule.js";

/** Versions are required of a library that is not in the process at all: the loader never expects that, and aborts. */
export const versionFileNotLoaded: MountRule = {
  id: "version-file-not-loaded",
  title: "Versions are required of a library that is not loaded",
  severity: "error",
  *check(mountCase) {
    for (const { problem, subjects, loaderMessage } of mountCase.failures) {
      if (problem.kind !== "version-file-not-loaded") continue;
      const { file, requiredBy } = problem;
      yield {
        message: `${beginWithFile(mountCase, requiredBy)} requires versions of ${file}, which neither it nor another part of the process needs`,
        subjects,
        loaderMessage,
        evidence: [{ kind: "value", what: `${file} in the process`, found: "not loaded", expected: "loaded" }],
      };
    }
  },
};
