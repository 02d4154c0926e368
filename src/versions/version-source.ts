/** Who knows versions of what is no image: a file, or the services that have them. */
import type { VersionQuestion } from "../dockerfile/uptodate-args.js";

export interface VersionSource {
  /**
   * The versions of a project or package, in any order; of a branch its commit alone. undefined: this source knows none.
   *
   * @throws ContainerspecError where it would have to know, and has no answer
   */
  findVersions(question: VersionQuestion): Promise<readonly string[] | undefined>;
}
