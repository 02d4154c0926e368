/** What two images have different, for people: what can break somebody first, then part by part. Long lists are cut, and say so. */
import type { ImageDiff } from "../compare/images/image-diff-schema.js";
import { toDisplayTexts, toLogText } from "../display-text.js";
import { listSections, summarizeBreaking, type DiffRow, type DiffSection } from "./image-diff-rows.js";
import { count, createStyle, wrap, type Style, type Terminal } from "./terminal.js";

/** rows of a section, where not all were asked for */
const MAX_ROWS = 12;
/** letters of a row: a step of a history may be a whole script */
const MAX_WORDS = 300;

export interface DiffTextOptions {
  /** lists are not cut */
  readonly isFull: boolean;
}

export function renderImageDiff(whole: ImageDiff, terminal: Terminal, { isFull }: DiffTextOptions): string {
  const diff = toDisplayTexts(whole);
  const style = createStyle(terminal.color);
  const limit = isFull ? Infinity : MAX_ROWS;
  const lines = [
    ...wrap(`Before    ${nameOf(diff.before)}`, terminal.width, "", " ".repeat(10)),
    ...wrap(`After     ${nameOf(diff.after)}`, terminal.width, "", " ".repeat(10)),
    "",
    ...renderBreaking(diff, terminal, style, limit),
    ...listSections(diff).flatMap((section) => ["", ...renderSection(section, terminal, style, limit)]),
    ...renderUnknown(diff, terminal, style),
    "",
  ];
  return toLogText(lines.join("\n"));
}

function nameOf({ source, reference, platform }: ImageDiff["before"]): string {
  return [source + (reference === undefined ? "" : `: ${reference}`), platform].join(", ");
}

function renderBreaking(diff: ImageDiff, { width }: Terminal, style: Style, limit: number): readonly string[] {
  if (diff.same) return ["Nothing differs in what was compared."];
  if (diff.breaking.length === 0)
    return wrap("Nothing of what differs can break who links with the image or runs on it.", width, "").map(style.bold);
  return [
    style.bold(`Can break (${diff.breaking.length}: ${summarizeBreaking(diff)})`),
    ...diff.breaking
      .slice(0, limit)
      .flatMap(({ subject, effect, message }) =>
        wrap(`${effect === "breaks" ? "!" : "?"} ${subject}: ${shorten(message)}`, width, "  ", "    "),
      ),
    ...renderRest(diff.breaking.length, limit, width),
  ];
}

function renderSection({ title, summary, rows }: DiffSection, { width }: Terminal, style: Style, limit: number) {
  const [first = "", ...rest] = wrap(summary === "" ? title : `${title}: ${summary}`, width, "", "  ");
  return [
    ...[style.bold(first), ...rest],
    ...rows.slice(0, limit).flatMap((row) => wrap(toLine(row), width, "  ", "    ")),
    ...renderRest(rows.length, limit, width),
  ];
}

function toLine({ sign, subject, words }: DiffRow): string {
  return `${sign} ${shorten(subject)}${words === "" ? "" : `: ${shorten(words)}`}`;
}

function shorten(text: string): string {
  return text.length > MAX_WORDS ? `${text.slice(0, MAX_WORDS)}…` : text;
}

function renderRest(total: number, limit: number, width: number): readonly string[] {
  if (total <= limit) return [];
  return wrap(`… ${total - limit} more; --full lists all, and so does --format json`, width, "  ", "    ");
}

function renderUnknown({ unknown }: ImageDiff, { width }: Terminal, style: Style): readonly string[] {
  if (unknown.length === 0) return [];
  return [
    "",
    style.bold(`Not known (${count(unknown.length, "thing")})`),
    ...unknown.flatMap((one) => wrap(`? ${one}`, width, "  ", "    ")),
  ];
}
