import { listSome } from "../wording.js";
import type { ImageRule } from "../rule.js";

/** ELF files that contradict themselves: no loader takes them, and what they would use nobody can say. */
export const elfMalformed: ImageRule = {
  id: "elf-malformed",
  title: "The image has ELF files that cannot be read",
  severity: "note",
  *check({ malformed }) {
    if (malformed.length === 0) return;
    const paths = malformed.map(({ path }) => path);
    yield {
      message: `${malformed.length === 1 ? "An ELF file" : `${malformed.length} ELF files`} of the image cannot be read and ${malformed.length === 1 ? "was" : "were"} left out as users of mounted libraries: ${listSome(paths, 3)}`,
      subjects: paths,
      evidence: malformed.map(({ path, problem }) => ({
        kind: "value",
        what: path,
        found: problem,
        expected: "a readable ELF file",
      })),
    };
  },
};
