/** A Dockerfile for another tag of its image: the same text, in which what names the image names the other tag, and no digest yet. */
import { findBases, type Base, type BaseImage } from "./bases.js";
import { parseDockerfile } from "./document.js";
import { isSameName } from "./reference.js";
import { applyEdits, type Edit, type Span } from "./span.js";
import { findSpan } from "./substitute.js";

export interface TagMove {
  /** the image, as anybody writes it: `ubuntu` is docker.io/library/ubuntu, too */
  readonly name: string;
  /** what FROM names today; where none does, whatever tag it names moves */
  readonly from: string;
  readonly to: string;
}

/** @param text of which each character is one byte (see toText) */
export function moveTag(text: string, move: TagMove): { readonly text: string } | { readonly why: string } {
  const bases = findBases(parseDockerfile(text));
  const moving = chooseMoving(bases, move);
  if (moving.length === 0) return { why: `no FROM of it names ${move.name}` };
  const edits: Edit[] = [];
  for (const base of moving) {
    const made = editTag(base, move.to);
    if (made === undefined) return { why: `the tag of ${base.written.text} is put together of several variables` };
    edits.push(...made);
  }
  const moved = applyEdits(text, [...new Map(edits.map((edit) => [`${edit.start}-${edit.end}`, edit])).values()]);
  // An ARG may be that of other images, too: those have to stay what they are.
  const after = findBases(parseDockerfile(moved));
  const isMoved = bases.every((base, index) => {
    const other = after[index];
    if (base.kind !== "image" || other?.kind !== "image") return base.kind === other?.kind;
    if (!moving.includes(base)) return other.substituted.text === base.substituted.text;
    return other.reference.tag === move.to && other.reference.digest === undefined;
  });
  return isMoved ? { text: moved } : { why: `an ARG of ${move.name} is also that of another image` };
}

function chooseMoving(bases: readonly Base[], { name, from }: TagMove): readonly BaseImage[] {
  const images = bases.filter((base) => base.kind === "image").filter((base) => isSameName(base.reference.name, name));
  const ofTag = images.filter(({ reference }) => reference.tag === from);
  return ofTag.some(({ isBase }) => isBase) ? ofTag : images.filter(({ isBase }) => isBase);
}

function editTag({ reference, substituted }: BaseImage, to: string): readonly Edit[] | undefined {
  const { nameSpan, tagSpan, digestSpan } = reference;
  const put = (place: Span, text: string): Edit | undefined => {
    const span = findSpan(substituted, place);
    return span === undefined ? undefined : { ...span, text };
  };
  const tag = tagSpan === undefined ? put({ start: nameSpan.end, end: nameSpan.end }, `:${to}`) : put(tagSpan, to);
  if (tag === undefined || digestSpan === undefined) return tag === undefined ? undefined : [tag];
  const digest = put({ start: digestSpan.start - 1, end: digestSpan.end }, "");
  return digest === undefined ? undefined : [tag, digest];
}
