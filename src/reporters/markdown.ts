/**
 * Reports as Markdown, for a comment on a pull request: the answer first, then a table of the libraries by verdict, and the reasons
 * folded away. Of what does not fit the number is told.
 */
import type { GateResult } from "../policy/gate.js";
import type { Finding, Report } from "../report.js";
import { ADVICE, tellAnswer, tellTerms, WORST_FIRST, type Answer } from "./answer.js";
import { pairWithGates, type GatedReport } from "./gated.js";
import { listFindings, sortBySeverity, type ListedFinding } from "./listed-finding.js";
import { code, fence, htmlCode, sentence as inMarkdown } from "./markdown-text.js";
import type { Terminal } from "./terminal.js";

/** GitHub takes a comment of 65,536 characters, and GitLab a longer one. */
const MAX_COMMENT = 60_000;
/** names in one cell; of more the number */
const MAX_NAMES = 20;
const MAX_SUBJECTS = 10;

const MARKS: Readonly<Record<Answer["standing"], string>> = { fails: "❌", passes: "✅", open: "⚠️" };

/** A comment: one part for each report. */
export function renderMarkdown(reports: readonly Report[], _: Terminal, gates: readonly GateResult[]): string {
  return renderWithin(reports, gates, MAX_COMMENT);
}

/** Markdown of at most so many bytes, whatever the reports hold. */
export function renderWithin(reports: readonly Report[], gates: readonly GateResult[], limit: number): string {
  const parts = pairWithGates(reports, gates);
  const share = Math.floor(limit / Math.max(1, parts.length));
  const whole = parts.map((gated) => renderOne(gated, share)).join("\n");
  return Buffer.byteLength(whole) <= limit ? whole : renderOverview(parts, limit);
}

function renderOne(gated: GatedReport, limit: number): string {
  const head = [`### ${answer(gated)}`, describeSubject(gated.report), renderTable(gated.report), renderTerms(gated)];
  const start = `${head.filter((part) => part !== "").join("\n\n")}\n`;
  return start + renderReasons(gated, limit - Buffer.byteLength(start));
}

function answer(gated: GatedReport): string {
  const { standing, sentence } = tellAnswer(gated);
  return `${MARKS[standing]} ${sentence}`;
}

function describeSubject({ image, host }: Report): string {
  const hostName = host.source === "live" ? "this machine" : host.source;
  return `Image ${code(image.reference ?? image.source)} (${code(image.platform)}), libraries of ${code(hostName)} (${code(host.name)}).`;
}

function renderTable({ mounts }: Report): string {
  const rows = WORST_FIRST.flatMap((verdict) => {
    const names = mounts.filter((mount) => mount.verdict === verdict).map(({ soname }) => soname);
    if (names.length === 0) return [];
    const shown = names.slice(0, MAX_NAMES).map(code).join(", ");
    const more = names.length > MAX_NAMES ? ` and ${names.length - MAX_NAMES} more` : "";
    return [`| **${verdict}**: ${ADVICE[verdict]} | ${names.length} | ${shown}${more} |`];
  });
  return rows.length === 0 ? "" : ["| Verdict | Number | Libraries |", "| --- | ---: | --- |", ...rows].join("\n");
}

/** What a policy and a baseline had a say in. */
function renderTerms(gated: GatedReport): string {
  return tellTerms(gated)
    .slice(0, MAX_NAMES)
    .map((term) => `- ${inMarkdown(term)}`)
    .join("\n");
}

/** The reasons that are no mere notes, worst first, each library's folded away, as many as there is room for. */
function renderReasons(gated: GatedReport, room: number): string {
  const groups = groupByAbout(sortBySeverity(listFindings(gated)).filter(({ finding }) => finding.severity !== "note"));
  const blocks: string[] = [];
  let left = room - REST;
  for (const group of groups) {
    const block = renderGroup(group);
    left -= Buffer.byteLength(block);
    if (left < 0) break;
    blocks.push(block);
  }
  const hidden = groups.length - blocks.length;
  return blocks.join("") + (hidden === 0 ? "" : `\nThe reasons for ${hidden} more are in \`--format json\`.\n`);
}

/** bytes for the last line */
const REST = 100;

function groupByAbout(listed: readonly ListedFinding[]): readonly (readonly ListedFinding[])[] {
  const groups = new Map<string, ListedFinding[]>();
  for (const one of listed) {
    const key = `${one.about} ${one.mount?.target ?? ""}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return [...groups.values()];
}

function renderGroup(group: readonly ListedFinding[]): string {
  const [first] = group;
  if (first === undefined) return "";
  const isNamed = first.mount !== undefined;
  const title = `${isNamed ? htmlCode(first.about) : first.about}${first.verdict === undefined ? "" : ` is ${first.verdict}`}`;
  const suggested = first.mount?.suggested ?? [];
  const together = suggested.length === 0 ? [] : [`Works together with ${suggested.map(code).join(", ")}; alone:`];
  const parts = [...together, ...group.map(({ finding }) => renderFinding(finding))];
  return `\n<details><summary>${title}</summary>\n\n${parts.join("\n\n")}\n\n</details>\n`;
}

function renderFinding({ rule, severity, message, subjects, loaderMessage }: Finding): string {
  const shown = subjects.slice(0, MAX_SUBJECTS).map(code).join(", ");
  const more = subjects.length > MAX_SUBJECTS ? ` and ${subjects.length - MAX_SUBJECTS} more` : "";
  return [
    `**${severity}** ${code(rule)}: ${inMarkdown(message)}.`,
    ...(loaderMessage === undefined ? [] : [fence(loaderMessage)]),
    ...(subjects.length === 0 ? [] : [`Concerns ${shown}${more}.`]),
  ].join("\n\n");
}

/** Where not even the tables fit: the answers, as many as there is room for. */
function renderOverview(parts: readonly GatedReport[], limit: number): string {
  const lines: string[] = [];
  let left = limit - REST;
  for (const gated of [...parts].sort((a, b) => Number(a.gate.passes) - Number(b.gate.passes))) {
    const line = `- ${answer(gated)}\n`;
    left -= Buffer.byteLength(line);
    if (left < 0) break;
    lines.push(line);
  }
  const hidden = parts.length - lines.length;
  return lines.join("") + (hidden === 0 ? "" : `\nThe answers for ${hidden} more are in \`--format json\`.\n`);
}
