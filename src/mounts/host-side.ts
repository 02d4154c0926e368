/** The host as a judge of mounts needs it: its files, its libraries by name, and its own loader. */
import type { FileFacts } from "../loader/facts.js";
import type { Loader } from "../loader/loader.js";
import type { RootFilesystem } from "../rootfs/filesystem.js";
import type { LoadedModule } from "../stacks/schema.js";
import type { Candidate } from "./candidates.js";

export interface HostSide {
  readonly root: RootFilesystem<FileFacts>;
  readonly loader: Loader;
  readonly libraries: readonly Candidate[];
  /** known of a live machine alone */
  readonly kernelModules?: readonly LoadedModule[];
}
