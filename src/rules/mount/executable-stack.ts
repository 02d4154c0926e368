import { beginWithFile } from "../wording.js";
import type { MountRule } from "../rule.js";

/** A library that asks for an executable stack, opened by a loader that no longer grants one after startup. */
export const executableStack: MountRule = {
  id: "executable-stack",
  title: "A library asks for an executable stack",
  severity: "error",
  *check(mountCase) {
    for (const { problem, subjects, loaderMessage } of mountCase.failures) {
      if (problem.kind !== "executable-stack") continue;
      yield {
        message: `${beginWithFile(mountCase, problem.requiredBy)} asks for an executable stack, which dlopen of glibc 2.41 and later refuses`,
        subjects,
        loaderMessage,
        evidence: [{ kind: "value", what: "PT_GNU_STACK", found: "executable", expected: "not executable" }],
      };
    }
  },
};
