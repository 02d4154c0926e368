/** What the text of one Dockerfile should be: its bases, its labels and its ARG asked about one after the other, and edited together. */
import { chooseBase, findPlatform, type BaseRules, type HostWarning } from "./choose-base.js";
import type { ContentLabels } from "./content-labels.js";
import { findBases, listFinalStages, type Base, type BaseImage } from "./dockerfile/bases.js";
import { parseDockerfile, type DockerfileDocument } from "./dockerfile/document.js";
import type { Wanted } from "./dockerfile/edit-base.js";
import type { WantedLabels } from "./dockerfile/edit-labels.js";
import { findExposedArg } from "./dockerfile/exposed-arg.js";
import { planUpdate, type Change, type LabelScope, type Note, type PlannedUpdate } from "./dockerfile/plan-update.js";
import { isSameName } from "./dockerfile/reference.js";
import { applyEdits, toBytes, type Edit } from "./dockerfile/span.js";
import { findBaseOf, findUptodateArgs, planArg } from "./dockerfile/uptodate-args.js";
import { ContainerspecError } from "./errors.js";
import type { VersionSource } from "./versions-file.js";

export interface DockerfileRules extends BaseRules {
  readonly labels: LabelScope;
  readonly contentLabels?: ContentLabels;
  readonly versions?: VersionSource;
  /** images whose tag is that of the file's folder, and stays */
  readonly fixed: readonly string[];
}

export interface PlannedDockerfile {
  /** the same bytes where nothing changes */
  readonly after: Uint8Array;
  readonly changes: readonly Change[];
  readonly notes: readonly Note[];
  /** what hosts have against newer bases */
  readonly warnings: readonly HostWarning[];
}

/**
 * @param file its name in errors
 * @throws ContainerspecError not-a-dockerfile, and what those throw who are asked
 */
export async function planDockerfile(file: string, text: string, rules: DockerfileRules): Promise<PlannedDockerfile> {
  const document = parseDockerfile(text);
  if (document.stages.length === 0) {
    throw new ContainerspecError("not-a-dockerfile", `Found no FROM in ${file}; expected a Dockerfile`);
  }
  const bases = findBases(document);
  const wanted = new Map<BaseImage, Wanted>();
  const notes: Note[] = [];
  const warnings: HostWarning[] = [];
  for (const base of bases) {
    if (base.kind !== "image") continue;
    const { tags: _, ...others } = rules;
    const isFixed = rules.fixed.some((name) => isSameName(name, base.reference.name));
    const chosen = await chooseBase(base, isFixed ? others : rules, file);
    const { digest, ...withoutDigest } = chosen.wanted;
    const exposed = digest === undefined ? undefined : findExposedArg(document, base);
    wanted.set(base, exposed === undefined ? chosen.wanted : withoutDigest);
    if (exposed !== undefined) notes.push(tellExposed(base, exposed));
    warnings.push(...chosen.warnings.filter((one) => !warnings.some((told) => isOneImage(told, one))));
  }
  const contents = await findContents(document, bases, wanted, rules);
  const planned = planUpdate({ document, bases, wanted, labels: rules.labels, contents });
  const args = await planArgs(document, bases, rules.versions);
  return {
    after: toBytes(applyEdits(text, [...planned.edits, ...args.edits])),
    changes: [...planned.changes, ...args.changes].sort((one, other) => one.line - other.line),
    notes: [...notes, ...planned.notes, ...args.notes],
    warnings,
  };
}

function tellExposed({ line, substituted }: BaseImage, arg: string): Note {
  return {
    line,
    text: `${substituted.text} gets no digest: it would stand in ARG ${arg}, which a stage declares, too`,
  };
}

/** That an image is not at hand is said once, however many stages stand on it. */
function isOneImage(told: HostWarning, { host, to }: HostWarning): boolean {
  return host === undefined && told.host === undefined && told.to === to;
}

/** What the content of its base tells of the image that the file makes; nobody runs a stage that only builds. */
async function findContents(
  document: DockerfileDocument,
  bases: readonly Base[],
  wanted: ReadonlyMap<BaseImage, Wanted>,
  { contentLabels, images }: DockerfileRules,
): Promise<ReadonlyMap<BaseImage, WantedLabels>> {
  const stages = listFinalStages(document, bases).map((index) => ({ index, stage: document.stages[index] }));
  const { index, stage } = stages.at(-1) ?? {};
  const base = bases.find((one) => one.stage === index && one.isBase);
  if (contentLabels === undefined || stage === undefined || base?.kind !== "image") return new Map();
  const digest = wanted.get(base)?.digest ?? base.reference.digest;
  const image = images.find((one) => one.digest === digest);
  if (image === undefined) return new Map();
  const platform = findPlatform(base);
  const labels = await contentLabels({
    ...{ image, stage, isChanged: stages.some((one) => one.stage?.changesFiles === true) },
    ...(platform === undefined ? {} : { platform }),
  });
  return new Map([[base, labels]]);
}

async function planArgs(
  document: DockerfileDocument,
  bases: readonly Base[],
  versions: VersionSource | undefined,
): Promise<PlannedUpdate> {
  const planned = { edits: [] as Edit[], changes: [] as Change[], notes: [] as Note[] };
  if (versions === undefined) return planned;
  for (const found of findUptodateArgs(document)) {
    const { line, kind, name } = found;
    const known = await versions.findVersions(found);
    if (known === undefined) planned.notes.push({ line, text: `no version of ${kind} ${name} is known` });
    const made = known === undefined ? undefined : planArg(found, known);
    if (made === undefined) continue;
    const base = findBaseOf(document, bases, made.edit);
    if (base === undefined) {
      planned.edits.push(made.edit);
      planned.changes.push(made.change);
    } else planned.notes.push({ line, text: tellOfBase(made.change, base) });
  }
  return planned;
}

function tellOfBase({ from, to }: Change, base: Base): string {
  return `${from} does not become ${to}: line ${base.line} takes its image from it, whose tags are asked for with --tags`;
}
