/** The builds that the folders with an uptodate.yaml ask for: each Dockerfile with each combination of values for its ARG. */
import { basename, dirname, relative, resolve, sep } from "node:path";
import { toCanonicalName, toFullName } from "./dockerfile/reference.js";
import { ContainerspecError, type ErrorCode } from "./errors.js";
import { findUpdateFiles } from "./find-update-files.js";
import { readUptodate } from "./read-uptodate.js";
import type { TagSource } from "./registry/tag-source.js";
import { chooseVersions } from "./uptodate/choose-versions.js";
import { combineArgs, countCombinations, excludeCombinations, MAX_COMBINATIONS } from "./uptodate/combine-args.js";
import { toContainerName } from "./uptodate/container-name.js";
import type { ArgValues, BuildMatrix, Combination } from "./uptodate/uptodate-file.js";
import { isWord } from "./uptodate/uptodate-schema.js";
import type { VersionSource } from "./versions-file.js";

export interface BuildsOptions {
  /** folders that are searched for files uptodate.yaml, and the Dockerfiles beside and below them */
  readonly paths: readonly string[];
  /** Dockerfiles in them that are not there yet */
  readonly added?: readonly string[];
  /** who knows tags and digests */
  readonly source: TagSource;
  /** whether an image that is named with its tag gets its digest; default true */
  readonly digests?: boolean;
  /** who knows the versions of Spack's packages */
  readonly versions?: VersionSource;
}

/** One image to build. */
export interface Build {
  /** the uptodate.yaml that asks for it */
  readonly source: string;
  readonly dockerfile: string;
  readonly containerName: string;
  /** values for ARG */
  readonly args: Combination;
}

/**
 * @throws ContainerspecError not-an-uptodate-file; file-not-found where there is nothing to build; usage where nobody knows the versions
 *   of a package; limit-exceeded; what `source` throws
 */
export async function listBuilds(options: BuildsOptions): Promise<readonly Build[]> {
  const { dockerfiles, uptodateFiles } = await findUpdateFiles(options.paths);
  const all = [...dockerfiles, ...(options.added ?? [])].sort();
  const read = await Promise.all(uptodateFiles.map(readUptodate));
  const asking = read.flatMap(({ source, builds }) => (builds === undefined ? [] : [{ source, builds }]));
  const found: Build[] = [];
  for (const { source, builds } of asking) {
    if (!builds.isActive) continue;
    const own = all.filter((file) => findOwner(file, asking) === source);
    if (own.length === 0) throw refuse("file-not-found", source, "its folder has no Dockerfile; write one");
    const combinations = await combine(source, builds, options);
    const folder = basename(resolve(dirname(source)));
    for (const dockerfile of own) {
      found.push(
        ...combinations.map((args) => {
          return { source, dockerfile, containerName: toContainerName(builds, folder, args), args };
        }),
      );
    }
  }
  return found;
}

/** Names that several builds have, sorted: of their images the last that is pushed stays. */
export function findSharedNames(builds: readonly Build[]): readonly string[] {
  const names = builds.map(({ containerName }) => containerName);
  return [...new Set(names.filter((name, at) => names.indexOf(name) !== at))].sort();
}

/** The file that is nearest above a Dockerfile: a folder that has one of its own is not built by those above it. */
function findOwner(dockerfile: string, asking: readonly { readonly source: string }[]): string | undefined {
  const wayTo = (source: string): string => relative(dirname(source), dockerfile);
  const above = asking.filter(({ source }) => wayTo(source).split(sep)[0] !== "..");
  return above.sort((one, other) => wayTo(one.source).length - wayTo(other.source).length)[0]?.source;
}

async function combine(file: string, builds: BuildMatrix, options: BuildsOptions): Promise<readonly Combination[]> {
  if (builds.matrix !== undefined) return excludeCombinations(builds.matrix, builds.exclude);
  const lists: (readonly [string, readonly string[]])[] = [];
  for (const { arg, values } of builds.args) lists.push([arg, await findValues(file, arg, values, options)]);
  const count = countCombinations(lists);
  if (count > MAX_COMBINATIONS) {
    const why = `they are ${count}, where at most ${MAX_COMBINATIONS} are listed; filter, startat and endat leave values out`;
    throw refuse("limit-exceeded", file, why);
  }
  return excludeCombinations(combineArgs(lists), builds.exclude);
}

async function findValues(
  file: string,
  arg: string,
  values: ArgValues,
  { source, digests = true, versions }: BuildsOptions,
): Promise<readonly string[]> {
  if (values.kind === "matrix") return [];
  if (values.kind === "manual") return values.values;
  const { name, choice } = values;
  if (values.kind === "spack") {
    const known = await versions?.findVersions({ kind: "spack", name });
    if (known !== undefined) return chooseVersions(known.filter(isWord), choice);
    throw refuse(
      "usage",
      file,
      `${arg} is the version of Spack's ${name}, which nobody tells; --versions names a file, or live`,
    );
  }
  const { tag } = values;
  if (tag === undefined) return chooseVersions(await source.listTags(toFullName(name)), choice);
  const resolved = digests ? await source.resolve(toFullName(name), tag) : undefined;
  if (digests && resolved === undefined)
    throw refuse("reference-not-found", file, `there is no ${toCanonicalName(name, tag)}, which ${arg} names`);
  return [`${name}:${tag}${resolved === undefined ? "" : `@${resolved.digest}`}`];
}

function refuse(code: ErrorCode, file: string, why: string): ContainerspecError {
  return new ContainerspecError(code, `Cannot list the builds that ${file} asks for: ${why}`, { path: file });
}
