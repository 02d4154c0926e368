/**
 * One library in the text report: why it got its verdict, in the loader's own words where it has any, where the loader looked, and
 * who is concerned.
 */
import type { Evidence, Finding, MountReport } from "../report.js";
import { count, listSome, wrap, type Style, type Terminal } from "./terminal.js";

const INDENT = "    ";
/** more findings of one library than these are counted, not shown */
const MAX_FINDINGS = 3;
const MAX_SET_FINDINGS = 12;
const MAX_PLACES = 8;
const MAX_SUBJECTS = 3;

/**
 * The lines of one library, without an empty line at the end.
 *
 * @param aliases other names of the same file, which fare alike
 */
export function renderMount(
  mount: MountReport,
  terminal: Terminal,
  style: Style,
  aliases: readonly string[] = [],
): string[] {
  const shown = mount.findings.filter(({ severity }) => severity !== "note").slice(0, MAX_FINDINGS);
  const findings = shown.length > 0 ? shown : mount.findings.slice(0, 1);
  const hidden = mount.findings.length - findings.length;
  return [
    `  ${style.verdict(mount.verdict, [mount.soname, ...aliases].join(", "))}${style.dim(`  at ${mount.target}`)}`,
    ...(mount.suggested.length === 0
      ? []
      : wrap(`Works together with ${mount.suggested.join(", ")}; alone:`, terminal.width, INDENT)),
    ...findings.flatMap((finding) => renderFinding(finding, [mount.target], terminal, style)),
    ...(hidden > 0 ? [style.dim(`${INDENT}and ${count(hidden, "more finding")}, all in --format json`)] : []),
  ];
}

/** The findings of a set, one block each. */
export function renderFindings(findings: readonly Finding[], terminal: Terminal, style: Style): string[][] {
  const shown = findings.slice(0, MAX_SET_FINDINGS).map((finding) => renderFinding(finding, [], terminal, style));
  const hidden = findings.length - shown.length;
  return hidden > 0
    ? [...shown, [style.dim(`${INDENT}and ${count(hidden, "more finding")}, all in --format json`)]]
    : shown;
}

function renderFinding(finding: Finding, own: readonly string[], terminal: Terminal, style: Style): string[] {
  const sentence = wrap(`${finding.message} [${finding.rule}]`, terminal.width, INDENT);
  const words =
    finding.loaderMessage === undefined
      ? []
      : wrap(finding.loaderMessage, terminal.width, `${INDENT}| `, `${INDENT}| `);
  return [
    ...sentence,
    ...words.map((line) => style.bold(line)),
    ...finding.evidence.flatMap(renderPlaces).map((line) => style.dim(line)),
    ...renderSubjects(finding, own, terminal),
  ];
}

/** The places where the loader looked for a library, in its order. */
function renderPlaces(evidence: Evidence): string[] {
  if (evidence.kind !== "search" || evidence.places.length === 0) return [];
  const shown = evidence.places.slice(0, MAX_PLACES);
  const hidden = evidence.places.length - shown.length;
  return [
    `${INDENT}looked for ${evidence.name} in this order:`,
    ...shown.map(({ path, why, found }, index) => `${INDENT}  ${index + 1}. ${path} (${why}): ${found}`),
    ...(hidden > 0 ? [`${INDENT}  and ${count(hidden, "more place")}`] : []),
  ];
}

/** Who meets the trouble; the mounted file itself needs no mention. */
function renderSubjects({ subjects, severity }: Finding, own: readonly string[], terminal: Terminal): string[] {
  const others = subjects.filter((path) => !own.includes(path));
  if (others.length === 0 || severity === "note") return [];
  const who =
    others.length === 1 ? (others[0] as string) : `${others.length} of the image's: ${listSome(others, MAX_SUBJECTS)}`;
  return wrap(`concerns ${who}`, terminal.width, INDENT);
}
