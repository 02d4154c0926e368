import { beginWithFile } from "../wording.js";
import type { MountRule } from "../rule.js";

/** The program's interpreter is not where PT_INTERP says. */
export const interpreterMissing: MountRule = {
  id: "interpreter-missing",
  title: "The program's interpreter is not in the image",
  severity: "error",
  *check(mountCase) {
    for (const { problem, subjects, loaderMessage } of mountCase.failures) {
      if (problem.kind !== "interpreter-missing") continue;
      yield {
        message: `${beginWithFile(mountCase, problem.requiredBy)} is started by ${problem.interp}, which is not there`,
        subjects,
        loaderMessage,
        evidence: [{ kind: "value", what: "PT_INTERP", found: problem.interp, expected: "a file of the image" }],
      };
    }
  },
};
