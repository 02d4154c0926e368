import { beginWithFile, nameFile } from "../wording.js";
import type { MountRule } from "../rule.js";

/** Versions are required of a library that defines none at all: the loader warns and goes on. */
export const versionInformationMissing: MountRule = {
  id: "version-information-missing",
  title: "A library that should define versions has none",
  severity: "warning",
  *check(mountCase) {
    for (const { problem, subjects, loaderMessage } of mountCase.failures) {
      if (problem.kind !== "version-information-missing") continue;
      const { provider, requiredBy, file } = problem;
      yield {
        message: `${beginWithFile(mountCase, requiredBy)} expects versions of ${file}, and ${nameFile(mountCase, provider)} was built without any`,
        subjects,
        loaderMessage,
        evidence: [{ kind: "value", what: `versions defined by ${provider}`, found: "none", expected: "some" }],
      };
    }
  },
};
