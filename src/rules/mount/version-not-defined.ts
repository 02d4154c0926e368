import { beginWithFile, fileEvidence, nameFile } from "../wording.js";
import type { MountRule } from "../rule.js";

/** A version that one side requires is not among those that the other side defines: the loader stops at startup. */
export const versionNotDefined: MountRule = {
  id: "version-not-defined",
  title: "A required symbol version is not defined",
  severity: "error",
  *check(mountCase) {
    for (const { problem, subjects, loaderMessage } of mountCase.failures) {
      if (problem.kind !== "version-not-defined") continue;
      const { version, requiredBy, provider, defined } = problem;
      yield {
        message: `${beginWithFile(mountCase, requiredBy)} needs ${version}, which ${nameFile(mountCase, provider)} does not define`,
        subjects,
        loaderMessage,
        evidence: [
          { kind: "version", name: version, requiredBy, provider, defined },
          fileEvidence(mountCase, "requires the version", requiredBy),
          fileEvidence(mountCase, "should define it", provider),
        ],
      };
    }
  },
};
