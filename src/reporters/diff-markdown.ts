/** What two runs say differently, as a comment on a pull request. */
import type { FindingRow, ReportDiff, ReportName } from "../compare/compare-reports.js";
import type { Verdict } from "../report.js";
import { toDisplayTexts } from "../display-text.js";
import { code, sentence } from "./markdown-text.js";
import { count } from "./terminal.js";

/** rows of one table; of more the number */
const MAX_ROWS = 100;

interface Row extends ReportName {
  readonly name: string;
  readonly before: Verdict | "";
  readonly after: Verdict | "";
}

export function renderDiffMarkdown(whole: ReportDiff): string {
  const { same, reports, libraries, findings } = toDisplayTexts(whole);
  if (same) return "### ✅ Nothing differs\n";
  const worse = libraries.changed.filter(({ trend }) => trend === "worse");
  const rows: readonly Row[] = [
    ...[...libraries.changed]
      .sort((a, b) => (a.trend === b.trend ? 0 : a.trend === "worse" ? -1 : 1))
      .map(({ before, after, ...row }) => ({ ...row, before: before.verdict, after: after.verdict })),
    ...libraries.added.map(({ verdict, ...row }) => ({ ...row, before: "" as const, after: verdict })),
    ...libraries.removed.map(({ verdict, ...row }) => ({ ...row, before: verdict, after: "" as const })),
  ];
  const title =
    worse.length > 0 ? `❌ ${count(worse.length, "library", "libraries")} worse` : "⚠️ Verdicts or findings differ";
  const parts = [
    `### ${title}`,
    renderRows(rows),
    renderFindings("New findings", findings.added),
    renderFindings("Findings that are gone", findings.removed),
    renderNames("Only in the second", reports.added),
    renderNames("Only in the first", reports.removed),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function renderRows(rows: readonly Row[]): string {
  if (rows.length === 0) return "";
  const lines = rows
    .slice(0, MAX_ROWS)
    .map(
      ({ image, host, name, before, after }) =>
        `| ${code(name)} | ${before} | ${after === "" ? "" : `**${after}**`} | ${code(image)} | ${code(host)} |`,
    );
  const head = ["| Library | Before | After | Image | Host |", "| --- | --- | --- | --- | --- |"];
  return [...head, ...lines].join("\n") + more(rows.length);
}

function renderFindings(title: string, rows: readonly FindingRow[]): string {
  if (rows.length === 0) return "";
  const lines = rows
    .slice(0, MAX_ROWS)
    .map(
      ({ about, rule, severity, message, image, host }) =>
        `- ${code(about)} in ${code(image)} on ${code(host)}: **${severity}** ${code(rule)}: ${sentence(message)}`,
    );
  return [`**${title}**`, "", ...lines].join("\n") + more(rows.length);
}

function renderNames(title: string, rows: readonly ReportName[]): string {
  if (rows.length === 0) return "";
  return [`**${title}**`, "", ...rows.map(({ image, host }) => `- ${code(image)} on ${code(host)}`)].join("\n");
}

function more(total: number): string {
  return total > MAX_ROWS ? `\n\nand ${total - MAX_ROWS} more, all in \`--format json\`` : "";
}
