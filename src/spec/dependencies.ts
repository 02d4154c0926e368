/**
 * Who loads what: for every object that some process loads, what each of its DT_NEEDED leads to. The same file may get another library
 * in another process (RPATH is inherited, and a name that is loaded already is not searched again): then it has both edges.
 */
import type { ElfObject } from "../elf/object.js";
import { loadedObjects, type LoadResult } from "../loader/load-result.js";

export interface Dependency {
  /** who asks, a byte path without links in it */
  readonly from: string;
  /** DT_NEEDED, a byte string */
  readonly name: string;
  /** what it gets; undefined where nothing of that name is loaded */
  readonly to?: string;
}

/** One object that is started or opened, and what that comes to. */
export interface Loaded {
  readonly path: string;
  readonly elf: ElfObject;
  readonly before: LoadResult;
}

/** Every edge once, sorted by who asks and in the order in which it does. */
export function listDependencies(loaded: Iterable<Loaded>): readonly Dependency[] {
  const found = new Map<string, Map<string, Dependency>>();
  const add = (edge: Dependency): void => {
    const edges = found.get(edge.from) ?? new Map<string, Dependency>();
    edges.set(`${edge.name}\0${edge.to ?? ""}`, edge);
    found.set(edge.from, edges);
  };
  for (const { before } of loaded) {
    const objects = loadedObjects(before);
    const byName = new Map(
      objects.flatMap(({ names, realPath }) => [...names].map((name) => [name, realPath] as const)),
    );
    for (const { realPath, elf } of objects)
      for (const name of elf.needed) {
        const to = byName.get(name);
        add({ from: realPath, name, ...(to === undefined ? {} : { to }) });
      }
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, edges]) => [...edges.values()]);
}
