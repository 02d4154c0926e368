/** Which host libraries are judged: one candidate a name that the host's loader knows. */
import type { ElfObject } from "../elf/object.js";
import { matchesGlob } from "../rootfs/glob.js";
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
      : new Set(globs.flatMap((glob) => matchOne(libraries, glob)));
  return [...chosen].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** Names and paths first: `libz.so.1` is not `libz.so.1.3`, although that has its DT_SONAME. */
function matchOne(libraries: readonly Candidate[], glob: string): readonly Candidate[] {
  const named = libraries.filter(({ name, path, realPath }) =>
    [name, path, realPath].some((text) => matchesGlob(glob, text)),
  );
  return named.length > 0 ? named : libraries.filter(({ elf: { soname = "" } }) => matchesGlob(glob, soname));
}
