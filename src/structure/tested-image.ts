/** The image that tests are about: values, whoever read it. */
import type { ImageConfig } from "../image/documents.js";
import type { Loader } from "../loader/loader.js";
import type { FileFacts } from "../loader/facts.js";
import type { RootFilesystem } from "../rootfs/filesystem.js";

export interface TestedImage {
  readonly config: ImageConfig;
  readonly root: RootFilesystem<FileFacts>;
  /** of its processes, on a machine that can do everything */
  readonly loader: Loader;
  /** layers of which nothing is known: what they hide or bring nobody can say */
  readonly unreadLayers: readonly number[];
}
