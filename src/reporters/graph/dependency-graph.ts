/** The graph of a drawing: programs, the libraries that they load, and the names that nobody finds. */
import type { InspectReport } from "../../inspect-schema.js";

export interface GraphNode {
  readonly kind: "program" | "library" | "missing";
  /** a path; of what is missing the name that is asked for */
  readonly path: string;
  /** what stands in its box: the end of its path */
  readonly label: string;
}

/** Who asks for whom, by the places of nodes in the list. */
export interface GraphEdge {
  readonly from: number;
  readonly to: number;
  /** DT_NEEDED, where that is not what the box says */
  readonly name?: string;
}

export interface DependencyGraph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/** What can be reached from these programs, in the order in which it is reached. */
export function toDependencyGraph({ dependencies }: InspectReport, programs: readonly string[]): DependencyGraph {
  const nodes: GraphNode[] = [];
  const places = new Map<string, number>();
  const edges: GraphEdge[] = [];
  const place = (kind: GraphNode["kind"], path: string): number => {
    const key = `${kind === "missing" ? "missing " : ""}${path}`;
    const known = places.get(key);
    if (known !== undefined) return known;
    places.set(key, nodes.length);
    return nodes.push({ kind, path, label: path.slice(path.lastIndexOf("/") + 1) }) - 1;
  };
  const needs = new Map<string, (typeof dependencies)[number][]>();
  for (const one of dependencies) {
    const own = needs.get(one.from);
    if (own === undefined) needs.set(one.from, [one]);
    else own.push(one);
  }
  for (const path of programs) place("program", path);
  for (let from = 0; from < nodes.length; from += 1) {
    const { kind, path } = nodes[from] as GraphNode;
    for (const { name, to } of kind === "missing" ? [] : (needs.get(path) ?? [])) {
      const target = place(to === undefined ? "missing" : "library", to ?? name);
      edges.push({ from, to: target, ...(nodes[target]?.label === name ? {} : { name }) });
    }
  }
  return { nodes, edges };
}
