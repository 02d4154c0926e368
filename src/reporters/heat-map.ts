/**
 * The matrix as a map: a row an image, a column a host, a letter a verdict, and a colour where there are colours. Hosts have numbers, and
 * what is too wide goes on below.
 */
import type { MatchCell, MatchReport } from "../match/matrix.js";
import type { MatchVerdict } from "../match/reason.js";
import { wrap, type Style, type Terminal } from "./terminal.js";

const LETTERS: Readonly<Record<MatchVerdict, string>> = {
  runs: "R",
  "runs-with-mounts": "M",
  unknown: "?",
  "will-not-run": "X",
};
const LEGEND = "R runs, M runs with mounts, ? unknown, X will not run; -2: two levels of the CPU are left unused";
const CELL = 5;
const MAX_NAME = 32;

export function renderHeatMap({ images, hosts, cells }: MatchReport, terminal: Terminal, style: Style): string[] {
  const names = images.map(({ source }) => source);
  const width = Math.min(MAX_NAME, Math.max(...names.map((name) => name.length)));
  const columns = Math.max(1, Math.floor((Math.min(terminal.width, 80) - width - 2) / CELL));
  const lines: string[] = [];
  for (let from = 0; from < hosts.length; from += columns) {
    const shown = hosts.slice(from, from + columns).map((_host, index) => from + index);
    const head = shown.map((index) => `${index + 1}`.padStart(2).padEnd(CELL)).join("");
    lines.push(`${" ".repeat(width + 2)}${head}`.trimEnd());
    for (const [row, name] of names.entries()) {
      const own = cells.slice(row * hosts.length, (row + 1) * hosts.length);
      const boxes = shown.map((index) => renderCell(own[index] as MatchCell, style)).join(" ");
      lines.push(`${shorten(name, width).padEnd(width)}  ${boxes}`.trimEnd());
    }
    lines.push("");
  }
  return [
    ...lines,
    ...hosts.flatMap((host, index) => wrap(describeHost(host), terminal.width, `${index + 1}`.padStart(2).padEnd(4))),
    ...wrap(LEGEND, terminal.width, "    ").map((line) => style.dim(line)),
  ];
}

function renderCell({ verdict, optimal }: MatchCell, style: Style): string {
  const left = verdict === "will-not-run" ? 0 : (optimal?.unused.length ?? 0);
  return style.heat(verdict, ` ${LETTERS[verdict]}${left === 0 ? "" : `-${left}`}`.padEnd(CELL - 1));
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

/** A long name without its middle. */
function shorten(name: string, width: number): string {
  if (name.length <= width) return name;
  const head = Math.floor((width - 1) / 2);
  return `${name.slice(0, head)}…${name.slice(name.length - (width - 1 - head))}`;
}
