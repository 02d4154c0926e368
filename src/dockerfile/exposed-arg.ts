/**
 * Whether a digest may be put into the ARG that an image is named by. A stage that declares the ARG again hands its value to RUN and to
 * whatever else it has, and one that is declared in a stage is there anyway: a tag is what they expect, and no digest behind it.
 *
 * https://docs.docker.com/reference/dockerfile/#understand-how-arg-and-from-interact
 */
import type { BaseImage } from "./bases.js";
import type { ArgDeclaration, DockerfileDocument } from "./document.js";
import type { Span } from "./span.js";
import { findSpan, isWrittenAt, substitute } from "./substitute.js";

/** The ARG that a stage would see the digest of an image in; none where the image has a digest, which stands where it stood. */
export function findExposedArg(document: DockerfileDocument, base: BaseImage): string | undefined {
  if (base.reference.digest !== undefined) return undefined;
  const end = base.substituted.text.length;
  const place = findSpan(base.substituted, { start: end, end });
  if (place === undefined) return undefined;
  const ofStages = document.args.slice(document.globals.length);
  return ofStages.find((arg) => seesPlace(document, arg, place))?.name;
}

function seesPlace({ globals }: DockerfileDocument, { name, value }: ArgDeclaration, place: Span): boolean {
  if (value !== undefined) return isIn(value.span, place);
  const index = globals.findLastIndex((one) => one.name === name);
  const inherited = globals[index]?.value;
  if (inherited === undefined) return false;
  const text = substitute(inherited, globals.slice(0, index));
  return isIn(inherited.span, place) || (!("variable" in text) && isWrittenAt(text, place));
}

function isIn(outer: Span, { start, end }: Span): boolean {
  return outer.start <= start && end <= outer.end;
}
