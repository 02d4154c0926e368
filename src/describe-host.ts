/** `containerspec host`: a host as plain JSON, which answers on another machine as if it were there. */
import type { HostProfile } from "./host/profile-schema.js";
import { toProfile } from "./host/profile.js";
import { readHost, type ReadHostOptions } from "./read-host.js";

/** The profile of the host at `source`; of the live machine where there is none. @throws ContainerspecError */
export async function describeHost(source: string | undefined, options: ReadHostOptions = {}): Promise<HostProfile> {
  return toProfile(await readHost(source, options));
}
