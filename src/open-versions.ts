/** Who is asked for the versions that ARG conventions want: a file, or the services themselves. */
import { createLiveVersions, type LiveVersionOptions } from "./versions/live-versions.js";
import type { VersionSource } from "./versions/version-source.js";
import { readVersionsFile } from "./versions-file.js";

/** What stands for the services in the place of a file; a file of that name is `./live`. */
const LIVE = "live";

/**
 * @param asked "live", or the path of a file
 * @throws ContainerspecError file-not-found; usage for a file that is something else, or an address that cannot be asked
 */
export function openVersions(asked: string, options: LiveVersionOptions): Promise<VersionSource> {
  return asked === LIVE ? Promise.resolve(createLiveVersions(options)) : readVersionsFile(asked);
}
