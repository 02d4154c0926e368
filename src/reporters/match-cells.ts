/** The cells of a matrix in words. What is said of one image on several hosts in the same words is said once. */
import type { MatchCell } from "../match/matrix.js";
import { MATCH_VERDICTS, type MatchVerdict, type Reason } from "../match/reason.js";
import { joinNames, wrap, type Style, type Terminal } from "./terminal.js";

const WORDS: Readonly<Record<MatchVerdict, string>> = {
  runs: "runs",
  "runs-with-mounts": "runs with mounts",
  unknown: "unknown",
  "will-not-run": "will not run",
};
const MAX_SUBJECTS = 4;
const INDENT = "    ";

/** One block for each answer that has reasons, the worst first. */
export function renderReasons(cells: readonly MatchCell[], terminal: Terminal, style: Style): string[][] {
  const groups = groupCells(
    cells.filter(({ reasons }) => reasons.length > 0),
    ({ image, verdict, reasons }) => JSON.stringify([image, verdict, reasons]),
  );
  const sorted = [...groups].sort(
    ([a], [b]) => MATCH_VERDICTS.indexOf((b as MatchCell).verdict) - MATCH_VERDICTS.indexOf((a as MatchCell).verdict),
  );
  return sorted.map((group) => {
    const { image, verdict, reasons } = group[0] as MatchCell;
    const where = joinNames(group.map(({ host }) => host));
    return [
      ...wrap(`${image} on ${where}: ${WORDS[verdict]}`, terminal.width, "", "  ").map((line) => style.bold(line)),
      ...reasons.flatMap((reason) => renderReason(reason, terminal, style)),
    ];
  });
}

function renderReason({ id, message, subjects, loaderMessage }: Reason, terminal: Terminal, style: Style): string[] {
  const shown = subjects.slice(0, MAX_SUBJECTS).join(", ");
  const rest = subjects.length > MAX_SUBJECTS ? ` and ${subjects.length - MAX_SUBJECTS} more` : "";
  return [
    ...wrap(`${message} [${id}]`, terminal.width, "  ", INDENT),
    ...(loaderMessage === undefined ? [] : wrap(loaderMessage, terminal.width, `${INDENT}| `)),
    ...(subjects.length === 0 ? [] : wrap(`concerns ${shown}${rest}`, terminal.width, INDENT)).map(style.dim),
  ];
}

/** How what was built fits the CPU, for those that run there. */
export function renderFits(cells: readonly MatchCell[], terminal: Terminal, style: Style): string[] {
  const fitting = cells.filter(({ verdict, optimal }) => verdict !== "will-not-run" && optimal !== null);
  const groups = groupCells(fitting, ({ image, optimal }) => JSON.stringify([image, optimal]));
  const lines = groups.flatMap((group) => {
    const { image, optimal } = group[0] as MatchCell;
    const where = joinNames(group.map(({ host }) => host));
    return optimal === null ? [] : wrap(`${image} on ${where}: ${describeFit(optimal)}`, terminal.width, "  ", INDENT);
  });
  return lines.length === 0 ? [] : [style.bold("How it fits the CPU"), ...lines];
}

function describeFit({ is, built, by, level, unused, copies, ...orders }: NonNullable<MatchCell["optimal"]>): string {
  const what = [
    `built for ${built} (${by === "machine" ? "what every CPU of its machine has" : `by its ${by}`})`,
    is === "unknown" ? "the CPU is not known" : describeUnused(is, unused, level ?? ""),
    ...copies.map(({ level: of, libraries }) => `takes ${libraries} of its libraries in copies for ${of}`),
    `can run by name: ${toWord(orders.runsByName)}, by features: ${toWord(orders.runsByFeatures)}`,
  ];
  return what.join("; ");
}

function describeUnused(is: "yes" | "no", unused: readonly string[], level: string): string {
  if (unused.length === 0)
    return is === "yes" ? `uses what the CPU (${level}) has` : `is more than the CPU (${level}) has`;
  return `leaves ${joinNames([...unused].reverse())} of the CPU unused`;
}

function toWord(answer: boolean | undefined): string {
  return answer === undefined ? "unknown" : answer ? "yes" : "no";
}

function groupCells(
  cells: readonly MatchCell[],
  keyOf: (cell: MatchCell) => string,
): readonly (readonly MatchCell[])[] {
  const groups = new Map<string, MatchCell[]>();
  for (const cell of cells) groups.set(keyOf(cell), [...(groups.get(keyOf(cell)) ?? []), cell]);
  return [...groups.values()];
}
