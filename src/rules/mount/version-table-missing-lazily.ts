import { beginWithFile, nameFile } from "../wording.js";
import type { MountRule } from "../rule.js";

/** The same abort, at the first call of a function: all starts well, and that call ends the process. */
export const versionTableMissingLazily: MountRule = {
  id: "version-table-missing-lazily",
  title: "An old loader aborts at the first call into a library without a version table",
  severity: "warning",
  *check(mountCase) {
    for (const { problem, subjects, loaderMessage } of mountCase.failures) {
      if (problem.kind !== "version-table-missing" || problem.binding !== "lazy") continue;
      const { symbol, provider, requiredBy } = problem;
      yield {
        message: `${beginWithFile(mountCase, requiredBy)} calls ${symbol} with a version, ${nameFile(mountCase, provider)} has no version table, and a loader older than 2.41 aborts at the first call, or at startup with LD_BIND_NOW`,
        subjects,
        loaderMessage,
        evidence: [{ kind: "symbol", name: symbol, usedBy: requiredBy, binding: "lazy" }],
      };
    }
  },
};
