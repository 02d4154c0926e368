import { beginWithFile } from "../wording.js";
import type { MountRule } from "../rule.js";

/** A symbol that is bound when an object is loaded is defined nowhere in its scope. */
export const symbolNotDefined: MountRule = {
  id: "symbol-not-defined",
  title: "A symbol needed at load time is not defined",
  severity: "error",
  *check(mountCase) {
    for (const { problem, subjects, loaderMessage } of mountCase.failures) {
      if (problem.kind !== "symbol-not-defined" || problem.binding !== "eager") continue;
      const { symbol, version, requiredBy } = problem;
      yield {
        message: `${beginWithFile(mountCase, requiredBy)} needs the symbol ${symbol}${version === undefined ? "" : `, version ${version}`}, which no loaded library defines`,
        subjects,
        loaderMessage,
        evidence: [
          {
            kind: "symbol",
            name: symbol,
            ...(version === undefined ? {} : { version }),
            usedBy: requiredBy,
            binding: "eager",
          },
        ],
      };
    }
  },
};
