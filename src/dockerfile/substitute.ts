/**
 * ARG in FROM: variables put in, and for every character of what comes out, where in the file it is written; so that a tag that stands
 * in an ARG's default is changed there.
 *
 * Which forms there are: https://docs.docker.com/reference/dockerfile/#environment-replacement (those of BuildKit's shell/lex.go).
 */
import type { ArgDeclaration } from "./document.js";
import type { Span, Word } from "./span.js";

interface Segment {
  readonly text: string;
  /** where it is written as it is */
  readonly start: number;
}

export interface Substituted {
  readonly text: string;
  readonly segments: readonly Segment[];
}

/** Why a word has no value here. */
export interface Unresolved {
  readonly variable: string;
  readonly reason: "has no default" | typeof NOT_FOLLOWED;
}

const NOT_FOLLOWED = "is written in a form that is not followed here";

/** Escapes, quotes and lines that go on: what a word becomes with them is not followed here. */
const NOT_PLAIN = /[\\`'"\s]/;

const VARIABLE = /\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?:(:?[-+])([^{}]*))?\}|(\{[^}]*\}?)|(.?))/y;

/** The word with its variables put in, as the builder does it where nobody gives --build-arg. */
export function substitute(word: Word, args: readonly ArgDeclaration[]): Substituted | Unresolved {
  if (NOT_PLAIN.test(word.text)) return { variable: word.text, reason: NOT_FOLLOWED };
  const segments: Segment[] = [];
  let index = 0;
  while (index < word.text.length) {
    const dollar = word.text.indexOf("$", index);
    const plainEnd = dollar === -1 ? word.text.length : dollar;
    if (plainEnd > index) segments.push({ text: word.text.slice(index, plainEnd), start: word.span.start + index });
    if (dollar === -1) break;
    VARIABLE.lastIndex = dollar;
    const match = VARIABLE.exec(word.text);
    const name = match?.[1] ?? match?.[2];
    if (match === null || name === undefined) return { variable: word.text.slice(dollar), reason: NOT_FOLLOWED };
    const value = resolveVariable({ name, operator: match[3], other: toOther(word, match) }, args);
    if ("variable" in value) return value;
    segments.push(...value.segments);
    index = dollar + match[0].length;
  }
  return { text: segments.map(({ text }) => text).join(""), segments };
}

/** What stands behind the operator, before the brace. */
function toOther({ span }: Word, match: RegExpExecArray): Word {
  const text = match[4] ?? "";
  const end = span.start + match.index + match[0].length - 1;
  return { text, span: { start: end - text.length, end } };
}

interface Use {
  readonly name: string;
  readonly operator: string | undefined;
  readonly other: Word;
}

function resolveVariable({ name, operator, other }: Use, args: readonly ArgDeclaration[]): Substituted | Unresolved {
  // A later declaration takes the place of an earlier one.
  const index = args.findLastIndex((one) => one.name === name);
  const value = args[index]?.value;
  // A colon asks for a value that is not empty, too.
  const isSet = value !== undefined && (value.text !== "" || operator?.startsWith(":") !== true);
  if (operator?.endsWith("+") === true) return isSet ? substitute(other, args) : EMPTY;
  // The default of an ARG sees those that were declared before it.
  if (isSet) return substitute(value, args.slice(0, index));
  return operator === undefined ? { variable: name, reason: "has no default" } : substitute(other, args);
}

const EMPTY: Substituted = { text: "", segments: [] };

/** Where a stretch of what came out is written; undefined where it is put together of several places. */
export function findSpan({ segments }: Substituted, { start, end }: Span): Span | undefined {
  let offset = 0;
  for (const { text, start: written } of segments) {
    if (start >= offset && end <= offset + text.length && (start < offset + text.length || start === end)) {
      return { start: written + start - offset, end: written + end - offset };
    }
    offset += text.length;
  }
  return undefined;
}

/** Whether something of what came out is written at a place of the file; what is put in at the end of a word belongs to it. */
export function isWrittenAt({ segments }: Substituted, { start, end }: Span): boolean {
  return segments.some(({ text, start: from }) => {
    const to = from + text.length;
    return start === end ? from <= start && start <= to : start < to && from < end;
  });
}
