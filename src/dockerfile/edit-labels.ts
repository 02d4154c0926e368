/**
 * A stage's labels as they shall be, as edits: a value that is another is written anew where it stands, a key that is not there gets
 * a line behind FROM, one that is to go is taken out, and with the last of its instruction the whole line.
 */
import type { DockerfileDocument, LabelInstruction, LabelPair, Stage } from "./document.js";
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
  const added = missing.map((pair) => `${document.lineEnd}LABEL ${pair}`).join("");
  return [...edits, { start: stage.span.end, end: stage.span.end, text: added }];
}

function editInstruction(
  document: DockerfileDocument,
  { pairs, span }: LabelInstruction,
  wanted: WantedLabels,
): readonly Edit[] {
  const isGone = ({ key }: LabelPair): boolean => wanted.has(key) && wanted.get(key) === undefined;
  if (pairs.length > 0 && pairs.every(isGone)) return [{ ...wholeLines(document.text, span), text: "" }];
  return pairs.flatMap((pair) => {
    if (!wanted.has(pair.key)) return [];
    const value = wanted.get(pair.key);
    if (value === undefined) return [{ ...withSpaceBefore(document.text, pair), text: "" }];
    return value === pair.value ? [] : [rewrite(document, pair, value)];
  });
}

/** The value alone, between the quotes that are there; the old form `LABEL key value` stays that form. */
function rewrite(document: DockerfileDocument, { key, span, valueSpan }: LabelPair, value: string): Edit {
  if (valueSpan !== undefined && isPlain(value)) return { ...valueSpan, text: value };
  const isOldForm = document.text[span.start + key.length] !== "=" && valueSpan !== undefined;
  return { ...span, text: isOldForm ? `${key} ${value}` : `${key}=${quote(value, document.escape)}` };
}

/** From the end of the word before it: between them is space, and perhaps the end of a line. */
function withSpaceBefore(text: string, { span }: LabelPair): Span {
  // The first pair has the instruction's word before it, which stays: what follows it goes instead.
  const before = /[^\s\\`](?:\s|[\\`](?=[ \t]*\r?\n))+$/.exec(text.slice(0, span.start));
  const start = before === null ? span.start : before.index + 1;
  return { start, end: span.end };
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
