/** How far from a program each node of a graph is, by the longest way that does not go round in a circle. */
import type { GraphEdge } from "./dependency-graph.js";

/** The column of each node. Of edges that would lead back nothing follows: libraries may need one another. */
export function findColumns(count: number, edges: readonly GraphEdge[]): readonly number[] {
  const targets = Array.from({ length: count }, (): number[] => []);
  for (const { from, to } of edges) targets[from]?.push(to);
  const order = listTopDown(targets);
  const places = new Map(order.map((node, at) => [node, at]));
  const columns = Array.from({ length: count }, () => 0);
  for (const node of order)
    for (const target of targets[node] ?? [])
      if ((places.get(target) ?? 0) > (places.get(node) ?? 0))
        columns[target] = Math.max(columns[target] ?? 0, (columns[node] ?? 0) + 1);
  return columns;
}

/** Every node behind those that lead to it, as far as no circle is in the way: what a search leaves last comes first. */
function listTopDown(targets: readonly (readonly number[])[]): readonly number[] {
  const seen = new Set<number>();
  const left: number[] = [];
  for (const start of targets.keys()) {
    if (seen.has(start)) continue;
    seen.add(start);
    const way = [{ node: start, next: 0 }];
    for (let step = way.at(-1); step !== undefined; step = way.at(-1)) {
      const target = targets[step.node]?.[step.next];
      step.next += 1;
      if (target === undefined) {
        left.push(step.node);
        way.pop();
      } else if (!seen.has(target)) {
        seen.add(target);
        way.push({ node: target, next: 0 });
      }
    }
  }
  return left.reverse();
}
