import { baseName } from "../../rootfs/path.js";
import { beginWithFile, listSome, nameFile } from "../wording.js";
import type { MountRule } from "../rule.js";
import { findUnreadPrograms } from "../unread-programs.js";

const MAX_LIBRARIES = 3;

/** A search arrives at a file whose content is not known, or a program is such a file: nobody can say what becomes of it. */
export const elfUnreadable: MountRule = {
  id: "elf-unreadable",
  title: "A file that is started, or that a search reaches, could not be read",
  severity: "unknown",
  *check(mountCase) {
    for (const { problem, subjects } of mountCase.failures) {
      if (problem.kind !== "library-unreadable") continue;
      const { name, path, requiredBy, reason } = problem;
      const message =
        requiredBy === path
          ? `${beginWithFile(mountCase, path)} could not be read, so that nobody can say what it takes from others: ${reason}`
          : `The search for ${name}, needed by ${nameFile(mountCase, requiredBy)}, arrives at ${path}, which could not be read: ${reason}`;
      yield { message, subjects, evidence: [unreadEvidence(path, reason)] };
    }
    const libraries = mountCase.landings.map(({ target }) => baseName(target));
    for (const { path, elf } of findUnreadPrograms(mountCase)) {
      const reason = elf.damage?.problem ?? "";
      yield {
        message: `${beginWithFile(mountCase, path)} could not be read, so that nobody can say whether it uses ${listSome(libraries, MAX_LIBRARIES)}: ${reason}`,
        subjects: [path],
        evidence: [unreadEvidence(path, reason)],
      };
    }
  },
};

function unreadEvidence(path: string, reason: string) {
  return { kind: "value", what: path, found: reason, expected: "a readable ELF file" } as const;
}
