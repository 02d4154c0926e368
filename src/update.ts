/**
 * The job of `update`: what each Dockerfile says, what it should say, and both as bytes. Nothing is written here, and nothing at all
 * where one question has no answer.
 */
import { resolve, sep } from "node:path";
import type { HostWarning } from "./choose-base.js";
import type { TagRules } from "./choose-tag.js";
import { createContentLabels, type ContentLabelOptions } from "./content-labels.js";
import { toBytes } from "./dockerfile/span.js";
import { ContainerspecError } from "./errors.js";
import type { ImageAtHand } from "./fill-lock.js";
import { findUpdateFiles } from "./find-update-files.js";
import { createBaseJudge } from "./judge-bases.js";
import { makeDockerfile, type MadeDockerfile } from "./make-dockerfile.js";
import type { MatchOptions } from "./match-options.js";
import { openHierarchy, type NewDockerfile, type OpenHierarchy } from "./open-hierarchy.js";
import { planDockerfile, type DockerfileRules } from "./plan-dockerfile.js";
import { readDockerfile } from "./read-dockerfile.js";
import { readUptodate } from "./read-uptodate.js";
import type { TagSource } from "./registry/tag-source.js";
import type { VersionSource } from "./versions-file.js";

export type { HostWarning };

export interface UpdateOptions {
  /** Dockerfiles, and folders that are searched for them and for files uptodate.yaml */
  readonly paths: readonly string[];
  /** who knows digests and tags */
  readonly source: TagSource;
  /** whether FROM names digests: pinned where there is none, refreshed where there is another; default true */
  readonly digests?: boolean;
  /** whether org.opencontainers.image.base.* labels are kept true; default true */
  readonly labels?: boolean;
  /** whether files uptodate.yaml say which Dockerfiles are missing; default true */
  readonly hierarchies?: boolean;
  /** who knows the versions that ARG conventions ask for; default: nobody, and they stay */
  readonly versions?: VersionSource;
  /** which newer tags are taken; default: none */
  readonly tags?: TagRules;
  /** images behind the answers of `source`, whose bytes can be looked into */
  readonly images?: readonly ImageAtHand[];
  /** whether org.supercontainers.* of a base that is among them are kept true, too; default true; `labels` false: neither */
  readonly contentLabels?: boolean;
  /** hosts that a newer base has to run on where the older one does */
  readonly hosts?: Pick<MatchOptions, "hosts" | "cpuTable"> & {
    /** a base that will not run there is written nevertheless; default: it is held back */
    readonly despite?: boolean;
  };
  /** how images are read */
  readonly reading?: ContentLabelOptions;
}

export interface UpdatedFile extends MadeDockerfile {
  readonly file: string;
  /** of a file that is not there yet, the one that it is made of */
  readonly copiedFrom?: string;
  /** nothing, of a file that is not there yet */
  readonly before: Uint8Array;
}

/**
 * What an update would change.
 *
 * @throws ContainerspecError file-not-found, not-an-uptodate-file, or what `source` throws: a tag that is gone, a registry that does not
 *   answer
 */
export async function update(options: UpdateOptions): Promise<readonly UpdatedFile[]> {
  const { paths, source } = options;
  const { dockerfiles, others, uptodateFiles } = await findUpdateFiles(paths);
  const hierarchies: OpenHierarchy[] = [];
  const asking = options.hierarchies === false ? [] : await Promise.all(uptodateFiles.map(readUptodate));
  for (const { source: file, hierarchy } of asking) {
    if (hierarchy !== undefined) hierarchies.push(await openHierarchy(file, hierarchy, source));
  }
  if (dockerfiles.length === 0) {
    throw new ContainerspecError(
      "file-not-found",
      `Found no Dockerfile in ${paths.join(", ")}; a name begins with Dockerfile or Containerfile, or ends in .dockerfile`,
    );
  }
  const rules = toRules(options);
  const results: UpdatedFile[] = [];
  // One after the other: the answers for one file serve for the next.
  for (const file of dockerfiles) {
    const ofTag = hierarchies.filter(({ folders }) =>
      folders.some((folder) => resolve(file).startsWith(resolve(folder) + sep)),
    );
    results.push(await updateFile(file, { ...rules, fixed: ofTag.map(({ image }) => image) }));
  }
  for (const { image, added } of hierarchies) {
    for (const one of added) results.push(await makeFile(one, image, { ...rules, fixed: [image] }));
  }
  for (const file of others) results.push(await passOver(file));
  return results.sort((one, other) => (one.file < other.file ? -1 : 1));
}

function toRules(options: UpdateOptions): DockerfileRules {
  const { source, digests = true, labels = true, contentLabels = true, versions, tags } = options;
  const { images = [], hosts, reading = {} } = options;
  const { despite = false, ...asked } = hosts ?? { hosts: [] };
  return {
    ...{ source, digests, labels: labels ? "all" : "none", images, fixed: [] },
    ...(versions === undefined ? {} : { versions }),
    ...(tags === undefined ? {} : { tags }),
    ...(labels && contentLabels ? { contentLabels: createContentLabels(reading) } : {}),
    ...(asked.hosts.length === 0 ? {} : { guard: { judge: createBaseJudge({ ...reading, ...asked }), despite } }),
  };
}

async function updateFile(file: string, rules: DockerfileRules): Promise<UpdatedFile> {
  const text = await readDockerfile(file);
  return { file, before: toBytes(text), ...(await planDockerfile(file, text, rules)) };
}

/** What a folder has under a Dockerfile's name, such as notes. */
async function passOver(file: string): Promise<UpdatedFile> {
  const before = toBytes(await readDockerfile(file));
  const notes = [{ line: 1, text: "it has no FROM, and is passed over" }];
  return { file, before, after: before, changes: [], notes, warnings: [] };
}

async function makeFile(added: NewDockerfile, image: string, rules: DockerfileRules): Promise<UpdatedFile> {
  const { file, copiedFrom } = added;
  const template = await readDockerfile(copiedFrom);
  return { file, copiedFrom, before: new Uint8Array(), ...(await makeDockerfile(added, template, image, rules)) };
}
