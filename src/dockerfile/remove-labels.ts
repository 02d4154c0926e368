/**
 * Pairs taken out of a LABEL that keeps others. Between two pairs are spaces, ends of lines with the escape before them, and lines of
 * comments, which stay: what goes is measured from one pair to the next, since a pattern cannot tell an escape from the end of a value.
 */
import type { LabelInstruction, LabelPair } from "./document.js";
import type { Edit, Span } from "./span.js";

const KEYWORD = "LABEL";

/** The edits that take out the pairs that are gone; at least one has to stay. */
export function removePairs(
  { text, escape }: { readonly text: string; readonly escape: string },
  { pairs, span }: LabelInstruction,
  isGone: (pair: LabelPair) => boolean,
): readonly Edit[] {
  const edits: Edit[] = [];
  let before = span.start + KEYWORD.length;
  let gone: LabelPair[] = [];
  for (const pair of pairs) {
    if (isGone(pair)) gone.push(pair);
    else {
      if (gone.length > 0) edits.push(removeBetween({ text, escape, before, gone }, pair));
      gone = [];
      before = pair.span.end;
    }
  }
  return gone.length === 0 ? edits : [...edits, removeBetween({ text, escape, before, gone })];
}

interface Run {
  readonly text: string;
  readonly escape: string;
  /** where what stays before them ends */
  readonly before: number;
  readonly gone: readonly LabelPair[];
}

/** @param next the pair that follows them */
function removeBetween({ text, escape, before, gone }: Run, next?: LabelPair): Edit {
  const lastEnd = gone.at(-1)?.span.end ?? before;
  const comments = gone.flatMap((pair, index) =>
    listComments(text.slice(gone[index - 1]?.span.end ?? before, pair.span.start)),
  );
  if (comments.length === 0) return { start: before, end: lastEnd, text: "" };
  const lineEnd = findLineEnd(text, before);
  const kept = comments.map((line) => lineEnd + line).join("");
  // Behind the last pair nothing goes on, and a comment is a line of its own.
  if (next === undefined) return { start: before, end: lastEnd, text: kept };
  const rest = { start: lastEnd, end: next.span.start };
  const isOnNewLine = text.slice(rest.start, rest.end).includes("\n");
  const onward = isOnNewLine ? withoutFirstEscape(text, rest) : `${lineEnd}${findIndent(text, gone)}`;
  return { start: before, end: rest.end, text: ` ${escape}${kept}${onward}` };
}

/** The whole lines of a gap that are comments. */
function listComments(gap: string): readonly string[] {
  return gap
    .split(/\r?\n/)
    .slice(1, -1)
    .filter((line) => /^\s*#/.test(line));
}

/** A gap from the end of its first line on: the escape there is written already. */
function withoutFirstEscape(text: string, { start, end }: Span): string {
  return /\r?\n[^]*$/.exec(text.slice(start, end))?.[0] ?? "";
}

function findIndent(text: string, [first]: readonly LabelPair[]): string {
  return /[ \t]*$/.exec(text.slice(0, first?.span.start ?? 0))?.[0] ?? "";
}

/** How the line ends that a place stands in; the one before it, where it is the last. */
export function findLineEnd(text: string, offset: number): "\n" | "\r\n" {
  const after = text.indexOf("\n", offset);
  const at = after === -1 ? text.lastIndexOf("\n", offset) : after;
  return at > 0 && text[at - 1] === "\r" ? "\r\n" : "\n";
}
