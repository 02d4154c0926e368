/** `containerspec host`: a host as plain JSON, which answers on another machine as if it were there. */
import type { HostProfile } from "./host/profile-schema.js";
import { toProfile, toSummary, type HostSummary } from "./host/profile.js";
import { readHost, readListedHost, type ReadHostOptions } from "./read-host.js";

/** The profile of the host at `source`; of the live machine where there is none. @throws ContainerspecError */
export async function describeHost(source: string | undefined, options: ReadHostOptions = {}): Promise<HostProfile> {
  return toProfile(await readHost(source, options));
}

/** The same without the files, which cost as much as all the rest: for who only looks. @throws ContainerspecError */
export async function summarizeHost(source: string | undefined, options: ReadHostOptions = {}): Promise<HostSummary> {
  return toSummary(await readListedHost(source, options));
}
