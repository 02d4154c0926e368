/** The verdict matrix of a grid for people: a map for each question, and why a cell is what it is. */
import { toLogText } from "../display-text.js";
import type { GridReason, GridReport, GridReportCell } from "../grid/grid-report.js";
import { groupAnswers, listMaps, type GridMap } from "./grid-maps.js";
import { renderLetters } from "./letter-map.js";
import { count, createStyle, joinNames, wrap, type Style, type Terminal } from "./terminal.js";

const INDENT = "    ";
/** reasons of one cell; JSON has them all */
const MAX_REASONS = 3;

export function renderGrid(report: GridReport, terminal: Terminal): string {
  const style = createStyle(terminal.color);
  const parts = [
    renderAnswer(report, terminal, style),
    ...(report.cells.length === 0 ? [] : [renderHosts(report, terminal)]),
    ...(report.cells.length === 0 ? [] : listMaps(report).map((map) => renderMap(map, report, terminal, style))),
  ];
  const blocks = parts.filter((lines) => lines.length > 0).map((lines) => `${lines.join("\n").trimEnd()}\n`);
  return toLogText(blocks.join("\n"));
}

function renderAnswer({ grid, images, hosts }: GridReport, terminal: Terminal, style: Style): string[] {
  const missing = images.filter(({ source }) => source === undefined).map(({ name }) => name);
  const built = images.length - missing.length;
  const what = `${grid.name}: ${count(images.length, "image")}, of which ${built} ${built === 1 ? "is" : "are"} built, on ${count(hosts.length, "host")}.`;
  return [
    ...wrap(what, terminal.width, "").map((line) => style.bold(line)),
    ...(missing.length === 0 ? [] : wrap(`Not built: ${missing.join(", ")}`, terminal.width, "  ", INDENT)),
  ];
}

function renderHosts({ hosts }: GridReport, terminal: Terminal): string[] {
  return hosts.flatMap(({ source, name }, index) =>
    wrap(name === "" ? source : `${source}: ${name}`, terminal.width, `${index + 1}`.padStart(2).padEnd(4)),
  );
}

function renderMap(map: GridMap, report: GridReport, terminal: Terminal, style: Style): string[] {
  const { images, hosts, cells } = report;
  const built = images.filter(({ source }) => source !== undefined);
  const answerAt = (row: number, column: number) => map.answerOf(cells[row * hosts.length + column] as GridReportCell);
  const letters = {
    rows: built.map(({ name }) => name),
    columns: hosts.length,
    cellOf: (row: number, column: number) => {
      const { letter, heat } = answerAt(row, column);
      return { text: letter, heat };
    },
  };
  const there = new Set(cells.map((cell) => map.answerOf(cell).letter));
  const legend = map.letters
    .filter(([, letter]) => there.has(letter))
    .map(([verdict, letter]) => `${letter} ${verdict}`);
  return [
    style.bold(map.title),
    ...renderLetters(letters, terminal, style),
    ...wrap(legend.join(", "), terminal.width, INDENT).map((line) => style.dim(line)),
    ...groupAnswers(map, cells).flatMap(({ answer, cells: same }) => [
      "",
      ...wrap(`${joinNames(same.map(nameCell(report)))}: ${answer.verdict}`, terminal.width, "  ", INDENT),
      ...renderReasons(answer.reasons, terminal),
    ]),
  ];
}

/** "bookworm-amd64 on 2", by the numbers of the map's columns. */
function nameCell({ hosts }: GridReport) {
  return ({ image, host }: GridReportCell): string =>
    `${image} on ${hosts.findIndex(({ source }) => source === host) + 1}`;
}

function renderReasons(reasons: readonly GridReason[], terminal: Terminal): string[] {
  const rest = reasons.length - MAX_REASONS;
  return [
    ...reasons
      .slice(0, MAX_REASONS)
      .flatMap(({ id, message, loaderMessage }) => [
        ...wrap(`${message} [${id}]`, terminal.width, INDENT, `${INDENT}  `),
        ...(loaderMessage === undefined ? [] : wrap(loaderMessage, terminal.width, `${INDENT}| `)),
      ]),
    ...(rest > 0 ? [`${INDENT}and ${count(rest, "more reason")}`] : []),
  ];
}
