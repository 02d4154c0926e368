/**
 * The job of `update`: what each Dockerfile says, what it should say, and both as bytes. Nothing is written here, and nothing at all
 * where one question has no answer.
 */
import { readFile } from "node:fs/promises";
import { join, sep } from "node:path";
import { chooseTag, type TagRules } from "./choose-tag.js";
import { findBases, type BaseImage } from "./dockerfile/bases.js";
import { parseDockerfile, type DockerfileDocument } from "./dockerfile/document.js";
import type { Wanted } from "./dockerfile/edit-base.js";
import { moveTag } from "./dockerfile/move-tag.js";
import { planUpdate, type Change, type Note, type PlannedUpdate } from "./dockerfile/plan-update.js";
import { isSameName, toFullName } from "./dockerfile/reference.js";
import { applyEdits, toBytes, toText, type Edit } from "./dockerfile/span.js";
import { ContainerspecError, findSystemReason } from "./errors.js";
import { findUpdateFiles } from "./find-update-files.js";
import { findUptodateArgs, planArg } from "./dockerfile/uptodate-args.js";
import { openHierarchy, type NewDockerfile, type OpenHierarchy } from "./open-hierarchy.js";
import { readUptodate } from "./read-uptodate.js";
import type { TagSource } from "./registry/tag-source.js";
import type { VersionSource } from "./versions-file.js";

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
}

export interface UpdatedFile {
  readonly file: string;
  /** of a file that is not there yet, the one that it is made of */
  readonly copiedFrom?: string;
  /** nothing, of a file that is not there yet */
  readonly before: Uint8Array;
  /** the same bytes where nothing changes */
  readonly after: Uint8Array;
  readonly changes: readonly Change[];
  readonly notes: readonly Note[];
}

/**
 * What an update would change.
 *
 * @throws ContainerspecError file-not-found, not-an-uptodate-file, or what `source` throws: a tag that is gone, a registry that does not
 *   answer
 */
export async function update({ paths, source, ...rules }: UpdateOptions): Promise<readonly UpdatedFile[]> {
  const { dockerfiles, uptodateFiles } = await findUpdateFiles(paths);
  const hierarchies: OpenHierarchy[] = [];
  const asking = rules.hierarchies === false ? [] : await Promise.all(uptodateFiles.map(readUptodate));
  for (const { source: file, hierarchy } of asking) {
    if (hierarchy !== undefined) hierarchies.push(await openHierarchy(file, hierarchy, source));
  }
  if (dockerfiles.length === 0) {
    throw new ContainerspecError(
      "file-not-found",
      `Found no Dockerfile in ${paths.join(", ")}; a name begins with Dockerfile or Containerfile, or ends in .dockerfile`,
    );
  }
  const results: UpdatedFile[] = [];
  // One after the other: the answers for one file serve for the next.
  for (const file of dockerfiles) {
    const ofTag = hierarchies.filter(({ folders }) => folders.some((folder) => file.startsWith(join(folder, sep))));
    results.push(await updateFile(file, { source, rules, fixed: ofTag.map(({ image }) => image) }));
  }
  for (const { image, added } of hierarchies) {
    for (const one of added) results.push(await makeFile(one, image, { source, rules, fixed: [image] }));
  }
  return results.sort((one, other) => (one.file < other.file ? -1 : 1));
}

type Rules = Omit<UpdateOptions, "paths" | "source">;

interface Asking {
  readonly source: TagSource;
  readonly rules: Rules;
  /** images whose tag is that of the file's folder, and stays */
  readonly fixed: readonly string[];
}

async function updateFile(file: string, asking: Asking): Promise<UpdatedFile> {
  const before = await readDockerfile(file);
  return { file, before, ...(await planText(file, toText(before), asking)) };
}

type Plan = Pick<UpdatedFile, "after" | "changes" | "notes">;

async function planText(file: string, text: string, { source, rules, fixed }: Asking): Promise<Plan> {
  const document = parseDockerfile(text);
  if (document.stages.length === 0) {
    throw new ContainerspecError("not-a-dockerfile", `Found no FROM in ${file}; expected a Dockerfile`);
  }
  const bases = findBases(document);
  const wanted = new Map<BaseImage, Wanted>();
  for (const base of bases) {
    if (base.kind !== "image") continue;
    const { tags: _, ...others } = rules;
    const isFixed = fixed.some((name) => isSameName(name, base.reference.name));
    wanted.set(base, await findWanted(base, { file, source, rules: isFixed ? others : rules }));
  }
  const planned = planUpdate({ document, bases, wanted, labels: rules.labels ?? true });
  const args = await planArgs(document, rules.versions);
  return {
    after: toBytes(applyEdits(text, [...planned.edits, ...args.edits])),
    changes: [...planned.changes, ...args.changes].sort((one, other) => one.line - other.line),
    notes: [...planned.notes, ...args.notes],
  };
}

/** A file of a hierarchy that is not there yet. What stands in it beside its image is brought up to date, too. */
async function makeFile(added: NewDockerfile, image: string, asking: Asking): Promise<UpdatedFile> {
  const { file, copiedFrom, oldTag, tag, others } = added;
  const moved = moveTag(toText(await readDockerfile(copiedFrom)), { name: image, from: oldTag, to: tag });
  const before = new Uint8Array();
  if ("why" in moved) {
    const note = { line: 1, text: `it is not made of ${copiedFrom}: ${moved.why}` };
    return { file, copiedFrom, before, after: before, changes: [], notes: [note] };
  }
  const { after, notes } = await planText(file, moved.text, asking);
  const changes = findBases(parseDockerfile(toText(after))).flatMap((base): readonly Change[] => {
    if (base.kind !== "image" || !base.isBase || !isSameName(image, base.reference.name)) return [];
    return [{ line: base.line, from: "", to: base.substituted.text, kind: "tag" }];
  });
  // A folder may be more than its Dockerfile: what that copies is not known to be right for another tag.
  const left =
    others.length === 0 ? [] : [{ line: 1, text: `it is made alone: ${describeOthers(copiedFrom, others)}` }];
  return { file, copiedFrom, before, after, changes, notes: [...left, ...notes] };
}

function describeOthers(copiedFrom: string, others: readonly string[]): string {
  const more = others.length > 3 ? ` and ${others.length - 3} more` : "";
  return `beside ${copiedFrom} there is ${others.slice(0, 3).join(", ")}${more}`;
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

interface BaseQuestion {
  readonly file: string;
  readonly source: TagSource;
  readonly rules: Rules;
}

/** What an image should be. A digest without a tag names bytes and nothing that could be newer. */
async function findWanted({ reference, line }: BaseImage, { file, source, rules }: BaseQuestion): Promise<Wanted> {
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
