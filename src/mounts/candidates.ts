/** Which host libraries are judged: one candidate a name that the host's loader knows. */
import type { ElfObject } from "../elf/object.js";
import { matchesAnyGlob } from "../knowledge/glob.js";
import type { FileFacts } from "../loader/facts.js";
import type { FileNode } from "../rootfs/filesystem.js";

export interface Candidate {
  /** the name that the host's loader knows: an ld.so.cache key, or a file name in a folder that it searches */
  readonly name: string;
  /** where the host's loader finds it */
  readonly path: string;
  /** the same with links followed */
  readonly realPath: string;
  readonly node: FileNode<FileFacts>;
  readonly elf: ElfObject;
}

/**
 * The candidates that the user asked for.
 *
 * @param globs over names, DT_SONAMEs and paths; none at all means every name that the image has too
 */
export function chooseCandidates(
  libraries: readonly Candidate[],
  globs: readonly string[],
  imageHas: (name: string) => boolean,
): readonly Candidate[] {
  const chosen =
    globs.length === 0
      ? libraries.filter(({ name }) => imageHas(name))
      : libraries.filter(({ name, path, realPath, elf }) =>
          [name, elf.soname ?? name, path, realPath].some((text) => matchesAnyGlob(globs, text)),
        );
  return [...chosen].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}
