/**
 * What a Dockerfile should say, given what its bases should be: the edits, and each change in words. Labels follow what FROM says
 * after the edit; where something cannot be written it is told, and its labels stay as they are.
 */
import type { Base, BaseImage } from "./bases.js";
import type { DockerfileDocument, Stage } from "./document.js";
import { editBase, type Wanted } from "./edit-base.js";
import { editLabels, type WantedLabels } from "./edit-labels.js";
import { toCanonicalName } from "./reference.js";
import type { Edit } from "./span.js";
import { isWrittenAt } from "./substitute.js";

/** https://github.com/opencontainers/image-spec/blob/main/annotations.md: the image that the stage is directly built on. */
const BASE_NAME = "org.opencontainers.image.base.name";
const BASE_DIGEST = "org.opencontainers.image.base.digest";

export type ChangeKind = "digest" | "tag" | "label" | "arg";

/** One thing that is not as it should be. */
export interface Change {
  readonly line: number;
  /** empty where there was nothing */
  readonly from: string;
  /** empty where it goes */
  readonly to: string;
  readonly kind: ChangeKind;
}

export interface Note {
  readonly line: number;
  readonly text: string;
}

export interface PlannedUpdate {
  readonly edits: readonly Edit[];
  readonly changes: readonly Change[];
  /** what could not be looked at or written */
  readonly notes: readonly Note[];
}

/** Which base labels are kept true: those that are there and those that are missing, or the first alone. */
export type LabelScope = "all" | "present" | "none";

interface Question {
  readonly document: DockerfileDocument;
  readonly bases: readonly Base[];
  /** what each image should be; one that is not here stays */
  readonly wanted: ReadonlyMap<BaseImage, Wanted>;
  readonly labels: LabelScope;
  /** further labels of the stages on an image */
  readonly contents?: ReadonlyMap<BaseImage, WantedLabels>;
}

/** Everything that an update changes in one file. */
export function planUpdate({ document, bases, wanted, labels, contents = new Map() }: Question): PlannedUpdate {
  const notes: Note[] = [];
  const written: Written[] = [];
  for (const base of bases) {
    if (base.kind === "unknown")
      notes.push({ line: base.line, text: `${base.written.text} is left as it is: ${base.why}` });
    if (base.kind !== "image") continue;
    const asked = wanted.get(base) ?? {};
    const edits = editBase(base, asked);
    if ("why" in edits)
      notes.push({ line: base.line, text: `${base.substituted.text} is left as it is: ${edits.why}` });
    else written.push({ base, edits, wanted: asked });
  }
  const images = bases.filter((base) => base.kind === "image");
  const kept = keepAgreed(written, images);
  for (const { base } of written.filter((one) => !kept.includes(one))) {
    notes.push({
      line: base.line,
      text: `${base.substituted.text} is left as it is: its ARG is also that of another image`,
    });
  }
  const after = new Map(kept.map((one) => [one.base, one.wanted]));
  const ofLabels =
    labels === "none"
      ? []
      : document.stages.map((stage, index) => {
          const wantedLabels = findWantedLabels(findRoot(bases, index), after, contents);
          return planLabels(document, stage, labels === "all" ? wantedLabels : onlyPresent(stage, wantedLabels));
        });
  return {
    edits: [...withoutDoubles(kept.flatMap(({ edits }) => edits)), ...ofLabels.flatMap(({ edits }) => edits)],
    changes: [
      ...kept.flatMap((one) => describeBase(document.text, one)),
      ...ofLabels.flatMap(({ changes }) => changes),
    ].sort((a, b) => a.line - b.line),
    notes,
  };
}

/** What is to be written for one image. */
interface Written {
  readonly base: BaseImage;
  readonly edits: readonly Edit[];
  readonly wanted: Wanted;
}

/**
 * Those whose edits leave every other image what it shall be: a place that several images use, an ARG, is written only where all of them
 * want the same there. Who is left out takes along who counted on the same edit.
 */
function keepAgreed(written: readonly Written[], images: readonly BaseImage[]): readonly Written[] {
  const clashes = ({ edits }: Written, all: readonly Written[]): boolean =>
    edits.some((edit) =>
      images.some(
        (image) =>
          isWrittenAt(image.substituted, edit) &&
          all.find(({ base }) => base === image)?.edits.some((one) => isSameEdit(one, edit)) !== true,
      ),
    );
  const kept = written.filter((one) => !clashes(one, written));
  return kept.length === written.length ? kept : keepAgreed(kept, images);
}

function isSameEdit(one: Edit, other: Edit): boolean {
  return toPlace(one) === toPlace(other) && one.text === other.text;
}

function toPlace({ start, end }: Edit): string {
  return `${start}-${end}`;
}

/** An ARG that two stages use is written once. */
function withoutDoubles(edits: readonly Edit[]): readonly Edit[] {
  return [...new Map(edits.map((edit) => [toPlace(edit), edit])).values()];
}

function describeBase(text: string, { base, edits, wanted }: Written): readonly Change[] {
  if (edits.length === 0) return [];
  const { name, tag, digest } = base.reference;
  const line = lineOf(text, edits[0]?.start ?? 0);
  const write = (itsTag: string | undefined, itsDigest: string | undefined): string =>
    `${name}${itsTag === undefined ? "" : `:${itsTag}`}${itsDigest === undefined ? "" : `@${itsDigest}`}`;
  const newTag = wanted.tag ?? tag;
  const changes: Change[] = [];
  if (newTag !== tag) changes.push({ line, from: write(tag, undefined), to: write(newTag, undefined), kind: "tag" });
  if (wanted.digest !== undefined && wanted.digest !== digest) {
    changes.push({ line, from: write(newTag, digest), to: write(newTag, wanted.digest), kind: "digest" });
  }
  return changes;
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

/** The image that a stage is built on in the end: a stage that is built on another has that one's. */
function findRoot(bases: readonly Base[], stage: number): Base | undefined {
  const base = bases.find((one) => one.stage === stage && one.isBase);
  return base?.kind === "stage" ? undefined : base;
}

function onlyPresent({ labels }: Stage, wanted: WantedLabels): WantedLabels {
  const there = new Set(labels.flatMap(({ pairs }) => pairs.map(({ key }) => key)));
  return new Map([...wanted].filter(([key]) => there.has(key)));
}

function planLabels(
  document: DockerfileDocument,
  stage: Stage,
  wanted: WantedLabels,
): { readonly edits: readonly Edit[]; readonly changes: readonly Change[] } {
  const edits = editLabels(document, stage, wanted);
  if (edits.length === 0) return { edits, changes: [] };
  const pairs = stage.labels.flatMap((instruction) =>
    instruction.pairs.map((pair) => ({ ...pair, line: instruction.line })),
  );
  const changes = [...wanted].flatMap(([key, value]): readonly Change[] => {
    const before = pairs.filter((pair) => pair.key === key && pair.value !== value);
    const isThere = pairs.some((pair) => pair.key === key);
    const to = value === undefined ? "" : `${key}=${value}`;
    if (!isThere) return value === undefined ? [] : [{ line: stage.line, from: "", to, kind: "label" }];
    return before.map(({ line, value: old }) => ({ line, from: `${key}=${old}`, to, kind: "label" as const }));
  });
  return { edits, changes };
}

/**
 * Labels of a stage: name and digest of its base where FROM tells both; without a digest in FROM nobody knows which one a later build
 * takes, and of scratch there is none. Of a digest without a tag nobody knows the name, of which the annotation says that it is a
 * reference to that very manifest: one that is there stays. A stage on a stage inherits that one's, and an own one would say something else.
 */
function findWantedLabels(
  base: Base | undefined,
  after: ReadonlyMap<BaseImage, Wanted>,
  contents: ReadonlyMap<BaseImage, WantedLabels>,
): WantedLabels {
  if (base === undefined || base.kind === "scratch")
    return new Map([
      [BASE_NAME, undefined],
      [BASE_DIGEST, undefined],
    ]);
  if (base.kind !== "image") return new Map();
  const change = after.get(base);
  if (change === undefined) return new Map();
  const { name, tag, digest } = base.reference;
  const namesBytes = tag === undefined && digest !== undefined && change.tag === undefined;
  return new Map([
    ...(namesBytes ? [] : [[BASE_NAME, toCanonicalName(name, change.tag ?? tag ?? "latest")] as const]),
    [BASE_DIGEST, change.digest ?? digest],
    ...(contents.get(base) ?? []),
  ]);
}
