/**
 * Findings in the text report: a sentence, the loader's own words where it has any, where the loader looked, and who is concerned.
 * Findings of one rule that the same consumers meet are told together, with the words and the consumers once.
 */
import type { Evidence, Finding } from "../report.js";
import { joinSentences } from "./join-sentences.js";
import { count, listSome, wrap, type Style, type Terminal } from "./terminal.js";

export const INDENT = "    ";
const MAX_PLACES = 8;
const MAX_SUBJECTS = 3;
/** sentences of one block, where they cannot be joined */
const MAX_SENTENCES = 3;

export interface FindingBlock {
  readonly lines: readonly string[];
  /** how many findings it tells */
  readonly told: number;
}

/**
 * Blocks for findings, in their order.
 *
 * @param own paths that need no mention among the consumers: the mounted file itself
 */
export function renderFindingBlocks(
  findings: readonly Finding[],
  own: readonly string[],
  terminal: Terminal,
  style: Style,
): readonly FindingBlock[] {
  return groupFindings(findings).map((group) => renderGroup(group, own, terminal, style));
}

/** The line for findings that are not shown; none where all are. */
export function renderHidden(hidden: number, style: Style): readonly string[] {
  return hidden > 0 ? [style.dim(`${INDENT}and ${count(hidden, "more finding")}, all in --format json`)] : [];
}

/** Neighbours of one rule and severity that concern the same consumers. */
function groupFindings(findings: readonly Finding[]): readonly (readonly [Finding, ...Finding[]])[] {
  const groups: [Finding, ...Finding[]][] = [];
  for (const finding of findings) {
    const group = groups.at(-1);
    if (group !== undefined && isAlike(group[0], finding)) group.push(finding);
    else groups.push([finding]);
  }
  return groups;
}

function isAlike(left: Finding, right: Finding): boolean {
  return (
    left.rule === right.rule &&
    left.severity === right.severity &&
    left.subjects.length === right.subjects.length &&
    left.subjects.every((subject, index) => subject === right.subjects[index])
  );
}

function renderGroup(
  group: readonly [Finding, ...Finding[]],
  own: readonly string[],
  terminal: Terminal,
  style: Style,
): FindingBlock {
  const [first] = group;
  const sentences = joinSentences(group.map((finding) => ({ sentence: finding.message, name: nameOf(finding) })));
  const shown = sentences.slice(0, MAX_SENTENCES);
  return {
    lines: [
      ...shown.flatMap(({ sentence }) => wrap(`${sentence} [${first.rule}]`, terminal.width, INDENT)),
      ...renderWords(first, terminal, style),
      ...first.evidence.flatMap((one) => renderPlaces(one, terminal)).map((line) => style.dim(line)),
      ...renderSubjects(first, own, terminal),
    ],
    told: shown.reduce((sum, one) => sum + one.count, 0),
  };
}

/** What a finding is about: the version, symbol or library that is missing. */
function nameOf({ evidence }: Finding): string {
  for (const one of evidence) {
    if (one.kind === "version" || one.kind === "symbol" || one.kind === "search") return one.name;
  }
  return "";
}

/** The words of the loader, set apart from ours. */
export function renderWords({ loaderMessage }: Finding, terminal: Terminal, style: Style): readonly string[] {
  if (loaderMessage === undefined) return [];
  return wrap(loaderMessage, terminal.width, `${INDENT}| `, `${INDENT}| `).map((line) => style.bold(line));
}

/** The places where the loader looked for a library, in its order. */
function renderPlaces(evidence: Evidence, terminal: Terminal): string[] {
  if (evidence.kind !== "search" || evidence.places.length === 0) return [];
  const shown = evidence.places.slice(0, MAX_PLACES);
  const hidden = evidence.places.length - shown.length;
  return [
    `${INDENT}looked for ${evidence.name} in this order:`,
    ...shown.flatMap(({ path, why, found }, index) =>
      wrap(`${index + 1}. ${path} (${why}): ${found}`, terminal.width, `${INDENT}  `, `${INDENT}     `),
    ),
    ...(hidden > 0 ? [`${INDENT}  and ${count(hidden, "more place")}`] : []),
  ];
}

/** Who meets the trouble. */
function renderSubjects({ subjects, severity }: Finding, own: readonly string[], terminal: Terminal): string[] {
  const others = subjects.filter((path) => !own.includes(path));
  if (others.length === 0 || severity === "note") return [];
  const who =
    others.length === 1 ? (others[0] as string) : `${others.length} of the image's: ${listSome(others, MAX_SUBJECTS)}`;
  return wrap(`concerns ${who}`, terminal.width, INDENT);
}
