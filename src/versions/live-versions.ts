/** Versions from the services that have them: GitHub, and Spack's list of packages. */
import type { VersionQuestion } from "../dockerfile/uptodate-args.js";
import { ContainerspecError } from "../errors.js";
import { mayBePlain } from "../registry/endpoint.js";
import type { AskOptions } from "./ask-json.js";
import { findCommit, listReleases } from "./github.js";
import { listSpackVersions } from "./spack.js";
import type { VersionSource } from "./version-source.js";

export interface LiveVersionOptions extends AskOptions {
  /** the root of GitHub's API; default: that of github.com */
  readonly github?: string;
  /** for GitHub alone */
  readonly token?: string;
  /** the folder of Spack's files; default: that of Spack's own list */
  readonly spack?: string;
}

/** A source that asks for each thing once. @throws ContainerspecError usage for an address that cannot be asked */
export function createLiveVersions(options: LiveVersionOptions): VersionSource {
  const github = toAddress(options.github ?? "https://api.github.com/");
  const spack = toAddress(options.spack ?? "https://packages.spack.io/data/packages/");
  const { environment, patience, token } = options;
  const asking = { github, spack, environment, ...(patience === undefined ? {} : { patience }) };
  const withToken = token === undefined ? asking : { ...asking, token };
  const ask = async ({ kind, name }: VersionQuestion): Promise<readonly string[]> => {
    if (kind === "spack") return listSpackVersions(name, asking);
    return kind === "github release" ? listReleases(name, withToken) : [await findCommit(name, withToken)];
  };
  const known = new Map<string, Promise<readonly string[]>>();
  return {
    async findVersions(question) {
      const key = `${question.kind} ${question.name}`;
      const answer = known.get(key) ?? ask(question);
      known.set(key, answer);
      const versions = await answer;
      return versions.length === 0 ? undefined : versions;
    },
  };
}

/** A token is told to nobody in plain text but to this machine. */
function toAddress(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "https:" || (url?.protocol === "http:" && mayBePlain(url, { insecure: true }))) return url;
  throw new ContainerspecError("usage", `Cannot ask ${text} for versions: expected an address with https://`);
}
