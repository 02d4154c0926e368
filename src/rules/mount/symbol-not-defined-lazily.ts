import { beginWithFile, nameSymbol, symbolEvidence } from "../wording.js";
import type { MountRule } from "../rule.js";

/** A function that is bound at its first call is defined nowhere: all starts well, and that call ends the process. */
export const symbolNotDefinedLazily: MountRule = {
  id: "symbol-not-defined-lazily",
  title: "A function that is bound at its first call is not defined",
  severity: "warning",
  *check(mountCase) {
    for (const { problem, subjects, loaderMessage } of mountCase.failures) {
      if (problem.kind !== "symbol-not-defined" || problem.binding !== "lazy") continue;
      yield {
        message: `${beginWithFile(mountCase, problem.requiredBy)} calls ${nameSymbol(problem)}, which no loaded library defines: the process ends at the first call, or at startup with LD_BIND_NOW`,
        subjects,
        loaderMessage,
        evidence: [symbolEvidence(problem)],
      };
    }
  },
};
