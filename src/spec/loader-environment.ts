/** What an image's environment tells its loader: ld.so(8), and GLIBC_TUNABLES of the GNU C library's manual. */

export interface LoaderVariable {
  readonly name: string;
  /** a byte string */
  readonly value: string;
}

/** Whoever reads more of it than the loader does gets it as well: LD_* is kept for loaders. */
const OF_LOADER = /^(?:LD_[A-Z0-9_]+|GLIBC_TUNABLES)$/;

/** The variables that a loader looks at, sorted by name. @param env of the image's processes, values as byte strings */
export function listLoaderVariables(env: ReadonlyMap<string, string>): readonly LoaderVariable[] {
  return [...env]
    .filter(([name]) => OF_LOADER.test(name))
    .map(([name, value]) => ({ name, value }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
