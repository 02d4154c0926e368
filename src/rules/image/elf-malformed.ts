import type { MalformedFile } from "../../mounts/subject.js";
import { listSome } from "../wording.js";
import type { ImageRule, Observation } from "../rule.js";

/**
 * ELF files that contradict themselves. What they would use nobody can say: a library is left out, unless a search reaches it,
 * and a program, which is reached by being started, is a doubt about every mount that it may use.
 */
export const elfMalformed: ImageRule = {
  id: "elf-malformed",
  title: "The image has ELF files that cannot be read",
  severity: "note",
  *check({ malformed }) {
    const started = malformed.filter(({ isStarted }) => isStarted);
    const others = malformed.filter(({ isStarted }) => !isStarted);
    if (others.length > 0)
      yield describe(others, ["was", "were"], "An ELF file", "ELF files", "left out as users of mounted libraries");
    if (started.length > 0)
      yield describe(started, ["is", "are"], "A program", "programs", "a doubt about every library that it may use");
  },
};

function describe(
  files: readonly MalformedFile[],
  [is, are]: readonly [string, string],
  one: string,
  many: string,
  consequence: string,
): Observation {
  const paths = files.map(({ path }) => path);
  return {
    message: `${files.length === 1 ? one : `${files.length} ${many}`} of the image cannot be read and ${files.length === 1 ? is : are} ${consequence}: ${listSome(paths, 3)}`,
    subjects: paths,
    evidence: files.map(({ path, problem }) => ({
      kind: "value",
      what: path,
      found: problem,
      expected: "a readable ELF file",
    })),
  };
}
