import { beginWithFile } from "../wording.js";
import type { MountRule } from "../rule.js";

/** A file says in its notes that it needs instructions which the host's CPU does not have. */
export const isaLevelTooHigh: MountRule = {
  id: "isa-level-too-high",
  title: "A file needs a CPU of a higher level than the host has",
  severity: "error",
  *check(mountCase) {
    for (const { problem, subjects, loaderMessage } of mountCase.failures) {
      if (problem.kind !== "isa-level-too-high") continue;
      const { requiredBy, needed, level } = problem;
      yield {
        message: `${beginWithFile(mountCase, requiredBy)} says that it needs ${needed}, and the host's CPU reaches ${level}`,
        subjects,
        loaderMessage,
        evidence: [{ kind: "value", what: "x86-64 level", found: level, expected: needed }],
      };
    }
  },
};
