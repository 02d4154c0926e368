import { beginWithFile, nameFile } from "../wording.js";
import type { MountRule } from "../rule.js";

/** A version that is marked weak is not defined: the loader warns, and what was bound to it is missing. */
export const weakVersionNotDefined: MountRule = {
  id: "weak-version-not-defined",
  title: "A version that is only weakly required is not defined",
  severity: "warning",
  *check(mountCase) {
    for (const { problem, subjects, loaderMessage } of mountCase.failures) {
      if (problem.kind !== "version-not-defined-weak") continue;
      const { version, requiredBy, provider } = problem;
      yield {
        message: `${beginWithFile(mountCase, requiredBy)} would use ${version} if it were there, and ${nameFile(mountCase, provider)} does not define it`,
        subjects,
        loaderMessage,
        evidence: [{ kind: "version", name: version, requiredBy, provider, defined: [] }],
      };
    }
  },
};
