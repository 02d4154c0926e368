/**
 * Where the boxes of a graph stand: in columns, each as far to the right as the longest way from a program to it is, and in a column in
 * the order that has the fewest lines cross, as far as a few sweeps find it. A line that passes over columns has a place in each of
 * them; all that lead to one box share it. K. Sugiyama, S. Tagawa and M. Toda, "Methods for Visual Understanding of Hierarchical System
 * Structures" (1981).
 */
import { findColumns } from "./columns.js";
import type { DependencyGraph, GraphEdge } from "./dependency-graph.js";

/** A place: its column, and how many boxes' heights it is from the top. */
export interface Cell {
  readonly column: number;
  readonly row: number;
}

export interface Layout {
  /** of nodes, in their order */
  readonly boxes: readonly Cell[];
  /** of edges, in their order: what they pass on their way */
  readonly ways: readonly (readonly Cell[])[];
}

/** What is placed: a node, or where lines pass on their way to one. */
interface Item {
  readonly column: number;
  /** of a box */
  readonly height: number;
  readonly neighbours: number[];
}

const SWEEPS = 8;
const PASSAGE = 0.4;
/** With more places of lines than these nobody could follow one, and lines go straight. */
const MAX_PASSAGES = 20_000;

/** The places of nodes and of lines. */
export function layOutGraph({ nodes, edges }: DependencyGraph): Layout {
  const columns = findColumns(nodes.length, edges);
  const items: Item[] = columns.map((column) => ({ column, height: 1, neighbours: [] }));
  const passages = addPassages(items, columns, edges);
  for (const [at, { from, to }] of edges.entries()) {
    const way = [from, ...(passages[at] ?? []), to];
    for (const [step, item] of way.slice(0, -1).entries()) join(items, item, way[step + 1] ?? item);
  }
  const rows = findRows(items);
  const cell = (item: number): Cell => ({ column: items[item]?.column ?? 0, row: rows[item] ?? 0 });
  return { boxes: nodes.map((_node, at) => cell(at)), ways: edges.map((_edge, at) => (passages[at] ?? []).map(cell)) };
}

function join(items: readonly Item[], a: number, b: number): void {
  items[a]?.neighbours.push(b);
  items[b]?.neighbours.push(a);
}

/** For each edge the items that it passes, which are added. */
function addPassages(items: Item[], columns: readonly number[], edges: readonly GraphEdge[]): readonly number[][] {
  const known = new Map<string, number>();
  const found: number[][] = [];
  for (const { from, to } of edges) {
    const passed: number[] = [];
    for (let column = (columns[from] ?? 0) + 1; column < (columns[to] ?? 0); column += 1) {
      const key = `${to} ${column}`;
      const item = known.get(key) ?? items.push({ column, height: PASSAGE, neighbours: [] }) - 1;
      known.set(key, item);
      passed.push(item);
      if (known.size > MAX_PASSAGES) {
        items.length = columns.length;
        return [];
      }
    }
    found.push(passed);
  }
  return found;
}

/** Rows of items: each column in the order of the middles of what its items are joined with, from the left and from the right in turn. */
function findRows(items: readonly Item[]): readonly number[] {
  const members: number[][] = [];
  for (const [item, { column }] of items.entries()) (members[column] ??= []).push(item);
  const rows = items.map(() => 0);
  const place = (column: readonly number[]): void => {
    const whole = column.reduce((sum, item) => sum + (items[item]?.height ?? 0), 0);
    let top = -whole / 2;
    for (const item of column) {
      const height = items[item]?.height ?? 0;
      rows[item] = top + height / 2;
      top += height;
    }
  };
  members.forEach(place);
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    for (const column of sweep % 2 === 0 ? members : [...members].reverse()) {
      const middles = new Map(
        column.map((item) => [item, findMiddle(items[item]?.neighbours ?? [], rows, rows[item])]),
      );
      column.sort((a, b) => (middles.get(a) ?? 0) - (middles.get(b) ?? 0) || a - b);
      place(column);
    }
  }
  const top = rows.reduce((least, row) => Math.min(least, row), 0);
  return rows.map((row) => row - top);
}

function findMiddle(neighbours: readonly number[], rows: readonly number[], own = 0): number {
  if (neighbours.length === 0) return own;
  return neighbours.reduce((sum, item) => sum + (rows[item] ?? 0), 0) / neighbours.length;
}
