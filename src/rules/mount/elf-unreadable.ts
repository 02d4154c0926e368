import { nameFile } from "../wording.js";
import type { MountRule } from "../rule.js";

/** A search arrives at a file whose content is not known, so that nobody can say what the loader would do. */
export const elfUnreadable: MountRule = {
  id: "elf-unreadable",
  title: "A file that a search reaches could not be read",
  severity: "unknown",
  *check(mountCase) {
    for (const { problem, subjects } of mountCase.failures) {
      if (problem.kind !== "library-unreadable") continue;
      const { name, path, requiredBy, reason } = problem;
      yield {
        message: `The search for ${name}, needed by ${nameFile(mountCase, requiredBy)}, arrives at ${path}, which could not be read: ${reason}`,
        subjects,
        evidence: [{ kind: "value", what: path, found: reason, expected: "a readable ELF file" }],
      };
    }
  },
};
