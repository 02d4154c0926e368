/** Libraries in the text report: one with the reasons for its verdict, or several that get theirs for one reason. */
import type { Finding, MountReport } from "../report.js";
import { INDENT, renderFindingBlocks, renderHidden, renderWords } from "./text-finding.js";
import { count, wrap, type Style, type Terminal } from "./terminal.js";

/** more blocks of one library than these are counted, not shown */
const MAX_BLOCKS = 3;
const MAX_SET_BLOCKS = 12;

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
  const serious = mount.findings.filter(({ severity }) => severity !== "note");
  const findings = serious.length > 0 ? serious : mount.findings.slice(0, 1);
  const shown = renderFindingBlocks(findings, [mount.target], terminal, style).slice(0, MAX_BLOCKS);
  const told = shown.reduce((sum, block) => sum + block.told, 0);
  return [
    ...renderTitle([mount.soname, ...aliases].join(", "), mount, terminal, style),
    ...(mount.suggested.length === 0
      ? []
      : wrap(`Works together with ${mount.suggested.join(", ")}; alone:`, terminal.width, INDENT)),
    ...shown.flatMap(({ lines }) => lines),
    ...renderHidden(findings.length - told, style),
  ];
}

/** Names and where they land, on one line where there is room. */
function renderTitle(names: string, { verdict, target }: MountReport, terminal: Terminal, style: Style): string[] {
  const place = `at ${target}`;
  if (names.length + place.length + 4 <= terminal.width)
    return [`  ${style.verdict(verdict, names)}  ${style.dim(place)}`];
  return [
    ...wrap(names, terminal.width, "  ").map((line) => style.verdict(verdict, line)),
    ...wrap(place, terminal.width, INDENT).map((line) => style.dim(line)),
  ];
}

/** The findings of a set, one block each. */
export function renderFindings(findings: readonly Finding[], terminal: Terminal, style: Style): string[][] {
  const shown = renderFindingBlocks(findings, [], terminal, style).slice(0, MAX_SET_BLOCKS);
  const hidden = renderHidden(findings.length - shown.reduce((sum, { told }) => sum + told, 0), style);
  return [...shown.map(({ lines }) => [...lines]), ...(hidden.length === 0 ? [] : [[...hidden]])];
}

/** Libraries that get their verdict for one reason, which is told once, with the words of the loader for the first of them. */
export function renderTogether(
  mounts: readonly MountReport[],
  reason: string,
  terminal: Terminal,
  style: Style,
): string[] {
  const [first] = mounts;
  const finding = first?.findings[0];
  if (first === undefined || finding === undefined) return [];
  const number = count(mounts.length, "library", "libraries");
  return [
    ...wrap(`${number} for one reason: ${reason} [${finding.rule}]`, terminal.width, "  "),
    ...renderWords(finding, terminal, style),
    ...wrap(mounts.map(({ soname }) => soname).join(", "), terminal.width, INDENT).map((line) =>
      style.verdict(first.verdict, line),
    ),
  ];
}
