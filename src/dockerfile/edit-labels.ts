/**
 * A stage's labels as they shall be, as edits: a value that is another is written anew where it stands, a key that is not there gets
 * a line behind FROM, one that is to go is taken out, and with the last of its instruction the whole line.
 */
import type { DockerfileDocument, LabelInstruction, LabelPair, Stage } from "./document.js";
import { findLineEnd, removePairs } from "./remove-labels.js";
import type { Edit, Span } from "./span.js";

/** undefined: the label is to go */
export type WantedLabels = ReadonlyMap<string, string | undefined>;

/** The edits; none where the labels are so already. */
export function editLabels(document: DockerfileDocument, stage: Stage, wanted: WantedLabels): readonly Edit[] {
  const edits = stage.labels.flatMap((instruction) => editInstruction(document, instruction, wanted));
  const there = new Set(stage.labels.flatMap(({ pairs }) => pairs.map(({ key }) => key)));
  const missing = [...wanted].flatMap(([key, value]) =>
    value === undefined || there.has(key) ? [] : [`${key}=${quote(value, document.escape)}`],
  );
  if (missing.length === 0) return edits;
  // As the line of FROM ends: a file may have both ends, such as in a heredoc.
  const lineEnd = findLineEnd(document.text, stage.span.end);
  const added = missing.map((pair) => `${lineEnd}LABEL ${pair}`).join("");
  return [...edits, { start: stage.span.end, end: stage.span.end, text: added }];
}

function editInstruction(
  document: DockerfileDocument,
  instruction: LabelInstruction,
  wanted: WantedLabels,
): readonly Edit[] {
  const { pairs, span } = instruction;
  const isGone = ({ key }: LabelPair): boolean => wanted.has(key) && wanted.get(key) === undefined;
  if (pairs.length > 0 && pairs.every(isGone)) return [{ ...wholeLines(document.text, span), text: "" }];
  const rewritten = pairs.flatMap((pair) => {
    const value = wanted.get(pair.key);
    return value === undefined || value === pair.value ? [] : [rewrite(document, pair, value)];
  });
  return [...removePairs(document, instruction, isGone), ...rewritten];
}

/** The value alone, between the quotes that are there; the old form `LABEL key value` stays that form. */
function rewrite(document: DockerfileDocument, { key, span, valueSpan }: LabelPair, value: string): Edit {
  if (valueSpan !== undefined && isPlain(value)) return { ...valueSpan, text: value };
  const isOldForm = document.text[span.start + key.length] !== "=" && valueSpan !== undefined;
  return { ...span, text: isOldForm ? `${key} ${value}` : `${key}=${quote(value, document.escape)}` };
}

/** With what the line has before and its end behind; where nothing else is on it. */
function wholeLines(text: string, { start, end }: Span): Span {
  const indent = /[ \t]*$/.exec(text.slice(0, start))?.[0].length ?? 0;
  const behind = /^[ \t]*(?:\r\n|\n|\r|$)/.exec(text.slice(end))?.[0].length ?? 0;
  return { start: start - indent, end: end + behind };
}

function isPlain(value: string): boolean {
  return /^[\w@%+=:,./-]*$/.test(value);
}

/** As a Dockerfile reads it back. */
function quote(value: string, escape: string): string {
  return isPlain(value) && value !== "" ? value : `"${value.replace(/["\\$`]/g, (mark) => needsEscape(mark, escape))}"`;
}

/** The other of the two escape characters is a character like others. */
function needsEscape(mark: string, escape: string): string {
  return mark === '"' || mark === "$" || mark === escape ? escape + mark : mark;
}
