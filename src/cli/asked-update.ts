/** What was asked of `update`, as the API wants it. */
import { readHost, type Host, type InspectOptions, type openVersions, type UpdateOptions } from "../index.js";
import { toReading, type ReadingArguments } from "./asked-reading.js";
import { askedCpuTable } from "./options.js";

/** What the options of `update` are read into. */
export interface UpdateArguments extends Pick<ReadingArguments, "verify" | "limit" | "cache"> {
  readonly check?: true;
  readonly write?: true;
  readonly diff?: true;
  readonly lock?: string;
  readonly fill?: readonly string[];
  readonly record?: string;
  readonly digests: boolean;
  readonly labels: boolean;
  readonly contentLabels: boolean;
  readonly hierarchies: boolean;
  readonly versions?: string;
  readonly tags?: "patch" | "minor" | "major";
  readonly range?: ReadonlyMap<string, string>;
  readonly ignore?: readonly string[];
  readonly coolDown?: number;
  readonly host?: readonly string[];
  readonly despiteHosts?: true;
  readonly mirror?: ReadonlyMap<string, string>;
  readonly insecure?: readonly string[];
  readonly format: "text" | "json" | "matrix";
}

/** As GitHub's own jobs have them: a server of one's own has another address, and its token is not for others. */
export function askGithub(environment: NodeJS.ProcessEnv): Parameters<typeof openVersions>[1] {
  const { GITHUB_TOKEN: token = "", GITHUB_API_URL: github = "" } = environment;
  return { environment, ...(token === "" ? {} : { token }), ...(github === "" ? {} : { github }) };
}

/** Which newer tags are wanted. */
export function toTags({ tags, range, ignore, coolDown }: UpdateArguments): Pick<UpdateOptions, "tags"> {
  if (tags === undefined) return {};
  return {
    tags: {
      step: tags,
      ...(range === undefined ? {} : { ranges: range }),
      ...(ignore === undefined ? {} : { ignore }),
      ...(coolDown === undefined ? {} : { coolDown: { days: coolDown, today: new Date() } }),
    },
  };
}

/** How images are read, and the hosts that they are held against: what costs something only where it is asked for. */
export async function readGuard(
  { host: sources = [], despiteHosts, ...asked }: UpdateArguments,
  onProgress: NonNullable<InspectOptions["onProgress"]>,
): Promise<Pick<UpdateOptions, "hosts" | "reading">> {
  const { stdin: _, ...reading } = toReading({ ...asked, layerMode: "overlay" }, onProgress);
  const hosts: Host[] = [];
  for (const source of sources) hosts.push(await readHost(source, { ...reading, ...askedCpuTable() }));
  return {
    reading,
    ...(hosts.length === 0 ? {} : { hosts: { hosts, despite: despiteHosts === true, ...askedCpuTable() } }),
  };
}
