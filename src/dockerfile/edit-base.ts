/** A base with another tag or digest, as edits where these are written: in the FROM line, or in the ARG that it takes them from. */
import type { BaseImage } from "./bases.js";
import type { Edit } from "./span.js";
import { findSpan } from "./substitute.js";

export interface Wanted {
  readonly tag?: string;
  readonly digest?: string;
}

/** Why it cannot be written. */
export interface NotWritten {
  readonly why: string;
}

/** The edits that make a base the wanted one; none where it is that already. */
export function editBase(base: BaseImage, wanted: Wanted): readonly Edit[] | NotWritten {
  const { reference, substituted } = base;
  const edits: Edit[] = [];
  if (wanted.tag !== undefined && wanted.tag !== reference.tag) {
    // Where no tag is written, it goes behind the name.
    const { end } = reference.nameSpan;
    const span = findSpan(substituted, reference.tagSpan ?? { start: end, end });
    if (span === undefined) return { why: `its tag is put together of several variables` };
    edits.push({ ...span, text: reference.tag === undefined ? `:${wanted.tag}` : wanted.tag });
  }
  if (wanted.digest !== undefined && wanted.digest !== reference.digest) {
    const end = substituted.text.length;
    const span = findSpan(substituted, reference.digestSpan ?? { start: end, end });
    if (span === undefined) return { why: `its digest is put together of several variables` };
    edits.push({ ...span, text: reference.digest === undefined ? `@${wanted.digest}` : wanted.digest });
  }
  return joinAtOnePlace(edits);
}

/** A tag and a digest that are both new stand behind the name together. */
function joinAtOnePlace(edits: readonly Edit[]): readonly Edit[] {
  const [first, second] = edits;
  if (first === undefined || second === undefined || first.end !== second.start || first.start !== first.end)
    return edits;
  return [{ start: first.start, end: second.end, text: first.text + second.text }];
}
