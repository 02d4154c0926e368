/** A graph in DOT, for Graphviz: programs at the left, what they load to the right of them. https://graphviz.org/doc/info/lang.html */
import type { DependencyGraph, GraphNode } from "./dependency-graph.js";

const SHAPES: Readonly<Record<GraphNode["kind"], string>> = {
  program: "shape=box, style=bold",
  library: "shape=box, style=rounded",
  missing: 'shape=box, style=dashed, color="#a40e26", fontcolor="#a40e26"',
};

/** Names are in labels alone, where nothing in them means anything to whoever draws. */
export function renderDot({ nodes, edges }: DependencyGraph): string {
  return [
    "digraph dependencies {",
    "  rankdir=LR;",
    '  node [fontname="sans-serif", fontsize=11];',
    '  edge [fontname="sans-serif", fontsize=9, color="#57606a"];',
    ...nodes.map(
      ({ kind, path, label }, at) => `  n${at} [label=${quote(label)}, tooltip=${quote(path)}, ${SHAPES[kind]}];`,
    ),
    ...edges.map(({ from, to, name }) => `  n${from} -> n${to}${name === undefined ? "" : ` [label=${quote(name)}]`};`),
    "}",
    "",
  ].join("\n");
}

/** In a quoted word a quote needs a backslash, and so does a backslash, which labels take for the start of an escape. */
function quote(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}
