/** What two runs say differently, for people: what got worse first. */
import type { FindingRow, LibraryChange, LibraryRow, ReportDiff, ReportName } from "../compare/compare-reports.js";
import { count, createStyle, wrap, type Style, type Terminal } from "./terminal.js";
import { toDisplayTexts, toLogText } from "../display-text.js";

export function renderDiff(whole: ReportDiff, terminal: Terminal): string {
  const { same, reports, libraries, findings } = toDisplayTexts(whole);
  const style = createStyle(terminal.color);
  if (same) return "Both say the same: no verdict and no finding differs.\n";
  const has = (list: readonly ReportName[]): boolean =>
    new Set(list.map(({ image, host }) => `${image}\n${host}`)).size > 1;
  const all = [...Object.values(libraries).flat(), ...Object.values(findings).flat()];
  const where = has(all) ? ({ image, host }: ReportName): string => ` (${image} on ${host})` : (): string => "";
  const worse = libraries.changed.filter(({ trend }) => trend === "worse");
  const better = libraries.changed.filter(({ trend }) => trend === "better");
  const blocks: readonly (readonly [string, readonly string[]])[] = [
    ["Worse", worse.map((one) => describeChange(one, style) + where(one))],
    ["New libraries", libraries.added.map((one) => describeRow(one, style) + where(one))],
    ["New findings", findings.added.map((one) => describeFinding(one) + where(one))],
    ["Better", better.map((one) => describeChange(one, style) + where(one))],
    ["Libraries that are gone", libraries.removed.map((one) => describeRow(one, style) + where(one))],
    ["Findings that are gone", findings.removed.map((one) => describeFinding(one) + where(one))],
    ["Only in the second", reports.added.map(({ image, host }) => `${image} on ${host}`)],
    ["Only in the first", reports.removed.map(({ image, host }) => `${image} on ${host}`)],
  ];
  const told = blocks.filter(([, lines]) => lines.length > 0);
  const head = `${count(worse.length, "library", "libraries")} worse, ${better.length} better, ${libraries.added.length} new, ${libraries.removed.length} gone; ${count(findings.added.length, "new finding")}, ${findings.removed.length} gone.`;
  const lines = [
    ...wrap(head, terminal.width, "").map((line) => style.bold(line)),
    ...told.flatMap(([title, lines]) => ["", style.bold(`${title} (${lines.length})`), ...wrapAll(lines, terminal)]),
    "",
  ];
  return toLogText(lines.join("\n"));
}

function wrapAll(lines: readonly string[], { width }: Terminal): readonly string[] {
  return lines.flatMap((line) => wrap(line, width, "  ", "    "));
}

function describeChange({ name, before, after }: LibraryChange, style: Style): string {
  const words = before.verdict === after.verdict ? `${before.verdict}, loader ${before.loader} -> ${after.loader}` : "";
  return words === ""
    ? `${name}: ${before.verdict} -> ${style.verdict(after.verdict, after.verdict)}`
    : `${name}: ${words}`;
}

function describeRow({ name, verdict }: LibraryRow, style: Style): string {
  return `${name}: ${style.verdict(verdict, verdict)}`;
}

function describeFinding({ about, severity, message, rule }: FindingRow): string {
  return `${about}: ${severity}: ${message} [${rule}]`;
}
