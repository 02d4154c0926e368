import { beginWithFile, nameFile } from "../wording.js";
import type { MountRule } from "../rule.js";

/** Before glibc 2.41, a versioned reference that meets a library without any version table ends the process at startup. */
export const versionTableMissing: MountRule = {
  id: "version-table-missing",
  title: "An old loader aborts on a library without a version table",
  severity: "error",
  *check(mountCase) {
    for (const { problem, subjects, loaderMessage } of mountCase.failures) {
      if (problem.kind !== "version-table-missing" || problem.binding !== "eager") continue;
      const { symbol, provider, requiredBy } = problem;
      yield {
        message: `${beginWithFile(mountCase, requiredBy)} binds ${symbol} with a version, ${nameFile(mountCase, provider)} has no version table, and a loader older than 2.41 aborts on that`,
        subjects,
        loaderMessage,
        evidence: [{ kind: "symbol", name: symbol, usedBy: requiredBy, binding: "eager" }],
      };
    }
  },
};
