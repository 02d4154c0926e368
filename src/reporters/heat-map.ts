/** The matrix of match as a map: a row an image, a column a host, a letter a verdict, and what of the CPU is left unused. */
import type { MatchCell, MatchReport } from "../match/matrix.js";
import type { MatchVerdict } from "../match/reason.js";
import { renderLetters, type LetterCell } from "./letter-map.js";
import { wrap, type Style, type Terminal } from "./terminal.js";

export const RUN_LETTERS: Readonly<Record<MatchVerdict, string>> = {
  runs: "R",
  "runs-with-mounts": "M",
  unknown: "?",
  "will-not-run": "X",
};
const LEGEND = "R runs, M runs with mounts, ? unknown, X will not run; -2: two levels of the CPU are left unused";

export function renderHeatMap({ images, hosts, cells }: MatchReport, terminal: Terminal, style: Style): string[] {
  const map = {
    rows: images.map(({ source }) => source),
    columns: hosts.length,
    cellOf: (row: number, column: number) => toCell(cells[row * hosts.length + column] as MatchCell),
  };
  return [
    ...renderLetters(map, terminal, style),
    ...hosts.flatMap((host, index) => wrap(describeHost(host), terminal.width, `${index + 1}`.padStart(2).padEnd(4))),
    ...wrap(LEGEND, terminal.width, "    ").map((line) => style.dim(line)),
  ];
}

function toCell({ verdict, optimal }: MatchCell): LetterCell {
  const left = verdict === "will-not-run" ? 0 : (optimal?.unused.length ?? 0);
  return { text: `${RUN_LETTERS[verdict]}${left === 0 ? "" : `-${left}`}`, heat: verdict };
}

function describeHost({ source, name, machine, kernel, cpu }: MatchReport["hosts"][number]): string {
  const what = [
    ...(name === "" ? [] : [name]),
    machine ?? "machine unknown",
    kernel === undefined ? "kernel unknown" : `Linux ${kernel}`,
    describeCpu(cpu),
  ];
  return `${source}: ${what.join(", ")}`;
}

function describeCpu(cpu: MatchReport["hosts"][number]["cpu"]): string {
  if (cpu === undefined) return "CPU unknown";
  const { name, level } = cpu;
  if (name === undefined) return `CPU ${level ?? "unknown"}`;
  return level === undefined ? `CPU ${name}` : `CPU ${name} (${level})`;
}
