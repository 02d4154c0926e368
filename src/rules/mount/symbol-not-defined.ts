import { beginWithFile, nameSymbol, symbolEvidence } from "../wording.js";
import type { MountRule } from "../rule.js";

/** A symbol that is bound when an object is loaded is defined nowhere in its scope. */
export const symbolNotDefined: MountRule = {
  id: "symbol-not-defined",
  title: "A symbol needed at load time is not defined",
  severity: "error",
  *check(mountCase) {
    for (const { problem, subjects, loaderMessage } of mountCase.failures) {
      if (problem.kind !== "symbol-not-defined" || problem.binding !== "eager") continue;
      yield {
        message: `${beginWithFile(mountCase, problem.requiredBy)} uses ${nameSymbol(problem)}, which no loaded library defines`,
        subjects,
        loaderMessage,
        evidence: [symbolEvidence(problem)],
      };
    }
  },
};
