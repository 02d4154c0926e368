/** A matrix for people: the map first, then why each cell is what it is, how the CPU fits, and who suits whom best. */
import { toLogText } from "../display-text.js";
import type { MatchReport, Ranking } from "../match/matrix.js";
import { renderHeatMap } from "./heat-map.js";
import { renderFits, renderReasons } from "./match-cells.js";
import { count, createStyle, wrap, type Style, type Terminal } from "./terminal.js";

/** The answer as a text. */
export function renderMatch(report: MatchReport, terminal: Terminal): string {
  const style = createStyle(terminal.color);
  const parts = [
    renderAnswer(report, terminal, style),
    renderHeatMap(report, terminal, style),
    ...renderReasons(report.cells, terminal, style),
    renderFits(report.cells, terminal, style),
    renderRankings(report, terminal, style),
  ];
  const blocks = parts.filter((lines) => lines.length > 0).map((lines) => `${lines.join("\n")}\n`);
  return toLogText(blocks.join("\n"));
}

function renderAnswer({ images, hosts, summary }: MatchReport, terminal: Terminal, style: Style): string[] {
  const numbers = [
    `${summary.runs} ${summary.runs === 1 ? "runs" : "run"}`,
    ...(summary["runs-with-mounts"] > 0 ? [`${summary["runs-with-mounts"]} with mounts`] : []),
    ...(summary.unknown > 0 ? [`${summary.unknown} unknown`] : []),
    ...(summary["will-not-run"] > 0 ? [`${summary["will-not-run"]} will not run`] : []),
  ];
  const what = `${count(images.length, "image")} on ${count(hosts.length, "host")}: ${numbers.join(", ")}.`;
  return wrap(what, terminal.width, "").map((line) => style.bold(line));
}

function renderRankings({ ranking, images, hosts }: MatchReport, terminal: Terminal, style: Style): string[] {
  return [
    ...(images.length > 1 ? ranking.images.flatMap((one) => renderRanking("Images for", one, terminal, style)) : []),
    ...(hosts.length > 1 ? ranking.hosts.flatMap((one) => renderRanking("Hosts for", one, terminal, style)) : []),
  ];
}

/** "Hosts for app.tar: 1. a.json, b.json; 2. c.json" */
function renderRanking(title: string, { of, places }: Ranking, terminal: Terminal, style: Style): string[] {
  const text = places.map((place, index) => `${index + 1}. ${place.join(", ")}`).join("; ");
  return wrap(`${title} ${of}: ${text}`, terminal.width, "", "  ").map((line, index) =>
    index === 0 ? style.bold(title) + line.slice(title.length) : line,
  );
}
