/**
 * The job of `update`: what each Dockerfile says, what it should say, and both as bytes. Nothing is written here, and nothing at all
 * where one question has no answer.
 */
import { readFile } from "node:fs/promises";
import { chooseTag, type TagRules } from "./choose-tag.js";
import { findBases, type BaseImage } from "./dockerfile/bases.js";
import { parseDockerfile, type DockerfileDocument } from "./dockerfile/document.js";
import type { Wanted } from "./dockerfile/edit-base.js";
import { planUpdate, type Change, type Note, type PlannedUpdate } from "./dockerfile/plan-update.js";
import { toFullName } from "./dockerfile/reference.js";
import { applyEdits, toBytes, toText, type Edit } from "./dockerfile/span.js";
import { ContainerspecError, findSystemReason } from "./errors.js";
import { findDockerfiles } from "./find-dockerfiles.js";
import { findUptodateArgs, planArg } from "./dockerfile/uptodate-args.js";
import type { TagSource } from "./registry/tag-source.js";
import type { VersionSource } from "./versions-file.js";

export interface UpdateOptions {
  /** Dockerfiles, and folders that are searched for them */
  readonly paths: readonly string[];
  /** who knows digests and tags */
  readonly source: TagSource;
  /** whether FROM names digests: pinned where there is none, refreshed where there is another; default true */
  readonly digests?: boolean;
  /** whether org.opencontainers.image.base.* labels are kept true; default true */
  readonly labels?: boolean;
  /** who knows the versions that ARG conventions ask for; default: nobody, and they stay */
  readonly versions?: VersionSource;
  /** which newer tags are taken; default: none */
  readonly tags?: TagRules;
}

export interface UpdatedFile {
  readonly file: string;
  readonly before: Uint8Array;
  /** the same bytes where nothing changes */
  readonly after: Uint8Array;
  readonly changes: readonly Change[];
  readonly notes: readonly Note[];
}

/**
 * What an update would change.
 *
 * @throws ContainerspecError file-not-found, or what `source` throws: a tag that is gone, a registry that does not answer
 */
export async function update({ paths, source, ...rules }: UpdateOptions): Promise<readonly UpdatedFile[]> {
  const files = await findDockerfiles(paths);
  if (files.length === 0) {
    throw new ContainerspecError(
      "file-not-found",
      `Found no Dockerfile in ${paths.join(", ")}; a name begins with Dockerfile or Containerfile, or ends in .dockerfile`,
    );
  }
  const results: UpdatedFile[] = [];
  // One after the other: the answers for one file serve for the next.
  for (const file of files) results.push(await updateFile(file, source, rules));
  return results;
}

type Rules = Omit<UpdateOptions, "paths" | "source">;

async function updateFile(file: string, source: TagSource, rules: Rules): Promise<UpdatedFile> {
  const before = await readDockerfile(file);
  const text = toText(before);
  const document = parseDockerfile(text);
  if (document.stages.length === 0) {
    throw new ContainerspecError("not-a-dockerfile", `Found no FROM in ${file}; expected a Dockerfile`);
  }
  const bases = findBases(document);
  const wanted = new Map<BaseImage, Wanted>();
  for (const base of bases) {
    if (base.kind === "image") wanted.set(base, await findWanted(base, { file, source, rules }));
  }
  const planned = planUpdate({ document, bases, wanted, labels: rules.labels ?? true });
  const args = await planArgs(document, rules.versions);
  return {
    file,
    before,
    after: toBytes(applyEdits(text, [...planned.edits, ...args.edits])),
    changes: [...planned.changes, ...args.changes].sort((one, other) => one.line - other.line),
    notes: [...planned.notes, ...args.notes],
  };
}

async function planArgs(document: DockerfileDocument, versions: VersionSource | undefined): Promise<PlannedUpdate> {
  const planned = { edits: [] as Edit[], changes: [] as Change[], notes: [] as Note[] };
  if (versions === undefined) return planned;
  for (const found of findUptodateArgs(document)) {
    const known = await versions.findVersions(found);
    const made = known === undefined ? undefined : planArg(found, known);
    if (known === undefined)
      planned.notes.push({ line: found.line, text: `no version of ${found.kind} ${found.name} is known` });
    if (made === undefined) continue;
    planned.edits.push(made.edit);
    planned.changes.push(made.change);
  }
  return planned;
}

async function readDockerfile(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    const reason = findSystemReason(cause);
    if (reason === undefined) throw cause;
    throw new ContainerspecError("file-not-found", `Cannot read ${file}: ${reason}`, {}, { cause });
  }
}

interface Asking {
  readonly file: string;
  readonly source: TagSource;
  readonly rules: Rules;
}

/** What an image should be. A digest without a tag names bytes and nothing that could be newer. */
async function findWanted({ reference, line }: BaseImage, { file, source, rules }: Asking): Promise<Wanted> {
  if (reference.tag === undefined && reference.digest !== undefined) return {};
  const name = toFullName(reference.name);
  const tag = reference.tag ?? "latest";
  const newer =
    rules.tags === undefined
      ? undefined
      : await chooseTag({ written: reference.name, name, tag, source, rules: rules.tags });
  if (rules.digests === false && newer === undefined) return {};
  const resolved = await source.resolve(name, newer ?? tag);
  if (resolved === undefined) {
    throw new ContainerspecError(
      "reference-not-found",
      `${name.registry}/${name.repository} has no tag ${newer ?? tag}, which line ${line} of ${file} names; name one that is there`,
    );
  }
  // A digest that stands there has to follow the tag, also where none is to be pinned.
  const isPinned = rules.digests !== false || reference.digest !== undefined;
  return { ...(newer === undefined ? {} : { tag: newer }), ...(isPinned ? { digest: resolved.digest } : {}) };
}
