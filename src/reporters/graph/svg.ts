/** A graph as an SVG that stands by itself: boxes with names, lines from who asks to whom it gets, full paths as titles. */
import { markup, type Markup } from "../html/markup.js";
import type { DependencyGraph, GraphNode } from "./dependency-graph.js";
import { layOutGraph, type Cell } from "./layout.js";

/** Of a letter in the font of the boxes, about; of a box, and between boxes. */
const LETTER = 6.7;
const PADDING = 10;
const HEIGHT = 24;
const ROW = 34;
const GAP = 70;
const EDGE = 12;

/** It has quotes that end no attribute. */
const STYLE: Markup = {
  markup: `
  .edge { fill: none; stroke: #8c959f; stroke-width: 1; }
  .box { fill: #f6f8fa; stroke: #57606a; }
  .program { fill: #ddf4ff; stroke: #0550ae; }
  .missing { fill: #ffebe9; stroke: #a40e26; stroke-dasharray: 4 3; }
  text { font: 11px ui-monospace, "DejaVu Sans Mono", monospace; fill: #1b1f24; }
`,
};

/** The drawing as a file. */
export function renderSvg(graph: DependencyGraph): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${drawGraph(graph).markup}\n`;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** The drawing as an element. */
function drawGraph(graph: DependencyGraph): Markup {
  const layout = layOutGraph(graph);
  const widths: number[] = [];
  for (const [at, { label }] of graph.nodes.entries()) {
    const column = layout.boxes[at]?.column ?? 0;
    widths[column] = Math.max(widths[column] ?? 0, toWidth(label));
  }
  const lefts: number[] = [];
  widths.reduce((left, width) => (lefts.push(left), left + width + GAP), EDGE);
  const toPoint = ({ column, row }: Cell): Point => ({ x: lefts[column] ?? 0, y: EDGE + HEIGHT / 2 + row * ROW });
  const boxes = graph.nodes.map((node, at) => ({
    ...node,
    ...toPoint(layout.boxes[at] ?? { column: 0, row: 0 }),
    width: toWidth(node.label),
  }));
  const right = boxes.reduce((most, { x, width }) => Math.max(most, x + width), 0) + EDGE;
  const bottom = boxes.reduce((most, { y }) => Math.max(most, y + HEIGHT / 2), 0) + EDGE;
  const lines = graph.edges.map(({ from, to, name }, at) => {
    const [start, end] = [boxes[from], boxes[to]];
    if (start === undefined || end === undefined) return undefined;
    // Where it passes a column, it goes level for as long as boxes are wide there.
    const passed = (layout.ways[at] ?? []).flatMap((cell) => {
      const { x, y } = toPoint(cell);
      return [
        { x, y },
        { x: x + (widths[cell.column] ?? 0), y },
      ];
    });
    const title = `${start.label} needs ${name ?? end.label}`;
    const way = toWay([{ x: start.x + start.width, y: start.y }, ...passed, { x: end.x, y: end.y }]);
    return markup`<path class="edge" d="${way}"><title>${title}</title></path>\n`;
  });
  const size = `${round(right)} ${round(bottom)}`;
  return markup`<svg xmlns="http://www.w3.org/2000/svg" width="${round(right)}" height="${round(bottom)}" viewBox="0 0 ${size}" role="img" aria-label="who needs which library"><style>${STYLE}</style>
${lines}${boxes.map(drawBox)}</svg>`;
}

function drawBox({ kind, path, label, x, y, width }: GraphNode & Point & { readonly width: number }): Markup {
  const title = kind === "missing" ? `${path} is not found` : path;
  const frame = markup`<rect class="box ${kind}" x="${round(x)}" y="${round(y - HEIGHT / 2)}" width="${round(width)}" height="${HEIGHT}" rx="4"/>`;
  return markup`<g><title>${title}</title>${frame}<text x="${round(x + PADDING)}" y="${round(y + 4)}">${label}</text></g>\n`;
}

/** Between columns a curve that leaves and arrives level; over a column a straight line. */
function toWay(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (first === undefined) return "";
  const steps = rest.map((to, at) => {
    const from = points[at] ?? first;
    if (at % 2 === 1) return `H${round(to.x)}`;
    const bend = Math.max(GAP / 2, Math.abs(to.x - from.x) / 2);
    return `C${round(from.x + bend)} ${round(from.y)} ${round(to.x - bend)} ${round(to.y)} ${round(to.x)} ${round(to.y)}`;
  });
  return `M${round(first.x)} ${round(first.y)} ${steps.join(" ")}`;
}

function toWidth(label: string): number {
  return label.length * LETTER + 2 * PADDING;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
