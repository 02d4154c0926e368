/** What stays the same while one process is loaded, and for all processes that are started alike. */
import type { RootFilesystem } from "../rootfs/filesystem.js";
import type { FileFacts } from "./facts.js";
import type { LoaderIdentity } from "./identity.js";
import type { MachineLimits } from "./machine-limits.js";
import type { Search } from "./search-result.js";
import type { Tunables } from "./tunables.js";

export interface LoadContext {
  readonly root: RootFilesystem<FileFacts>;
  readonly identity: LoaderIdentity;
  readonly search: Search;
  /** the names in LD_PRELOAD */
  readonly preload: readonly string[];
  /** the names in /etc/ld.so.preload */
  readonly preloadFile: readonly string[];
  /** secure-execution mode (AT_SECURE) of ld.so(8) */
  readonly secure: boolean;
  /** where relative paths start */
  readonly workingFolder: string;
  readonly limits: MachineLimits;
  readonly tunables: Tunables;
}
