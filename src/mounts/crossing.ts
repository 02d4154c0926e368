/**
 * Which symbols cross the mount: bound between a mounted library and an object of the image, in either direction. A versioned
 * symbol carries its library's promise about its ABI; an unversioned one has nothing but the soname behind it.
 */
import { bindersOf, type SymbolOffer, type SymbolUse } from "../loader/binder.js";
import type { LoadedObject, LoadScope } from "../loader/scope.js";
import type { Capture } from "./capture.js";

export interface Crossing {
  readonly symbol: string;
  /** path of the object that uses it */
  readonly usedBy: string;
  /** path of the object that defines it */
  readonly provider: string;
  readonly binding: "eager" | "lazy";
  /** its user has a definition of its own, which comes too late */
  readonly captured: boolean;
}

/** More examples than a reader wants are not looked for. */
const MAX_CROSSINGS = 5;

export interface CrossingList {
  add(scope: LoadScope, captures: Iterable<Capture>): void;
  finish(): readonly Crossing[];
}

/** Names that a project promises the meaning of, by the file that defines them. */
export type Promised = ReadonlyMap<object, RegExp>;

/** Gathers examples from many scopes, one for each symbol; what is promised is none. */
export function createCrossingList(mounted: ReadonlySet<object>, promised: Promised): CrossingList {
  const crossings = new Map<string, Crossing>();
  function take(found: Iterable<Crossing>): void {
    for (const crossing of found) {
      if (crossings.size >= MAX_CROSSINGS) return;
      if (!crossings.has(crossing.symbol)) crossings.set(crossing.symbol, crossing);
    }
  }
  return {
    add(scope, captures) {
      if (crossings.size >= MAX_CROSSINGS) return;
      take(findUnversionedCaptures(captures));
      take(findUnversionedCrossings(scope, mounted, promised));
    },
    finish: () => [...crossings.values()],
  };
}

function* findUnversionedCaptures(captures: Iterable<Capture>): Generator<Crossing> {
  for (const { use, user, provider, definition } of captures) {
    // musl's loader takes another version too; of references that is told as what it is.
    const isPromised = isVersioned(use, definition) && use.version === definition.version;
    if (!isPromised) yield toCrossing(use, user, provider, true);
  }
}

/** The unversioned symbols that cross between `mounted` files and the rest of a scope. */
function* findUnversionedCrossings(
  scope: LoadScope,
  mounted: ReadonlySet<object>,
  promised: Promised,
): Generator<Crossing> {
  for (const object of scope.objects) {
    if (mounted.has(object.node)) yield* crossingsOut(object, scope, mounted);
    else yield* crossingsIn(object, scope, mounted, promised);
  }
}

/** What a mounted object takes from the image. */
function* crossingsOut(object: LoadedObject, scope: LoadScope, mounted: ReadonlySet<object>): Generator<Crossing> {
  const { usesOf, find } = bindersOf(scope).references;
  const uses = usesOf(object.elf);
  for (let index = 0; index < uses.length; index += 1) {
    const bound = find(object, index, scope);
    if (bound === undefined || bound.provider === object || mounted.has(bound.provider.node)) continue;
    const use = uses.at(index);
    if (use !== undefined && !isVersioned(use, bound.definition)) yield toCrossing(use, object, bound.provider, false);
  }
}

/** What an object of the image takes from a mounted one. */
function* crossingsIn(
  object: LoadedObject,
  scope: LoadScope,
  mounted: ReadonlySet<object>,
  promised: Promised,
): Generator<Crossing> {
  const { usesOf, offersOf, find } = bindersOf(scope).references;
  const uses = usesOf(object.elf);
  for (const provider of scope.objects) {
    if (!mounted.has(provider.node)) continue;
    for (const [index, definition] of offersOf(object.elf, provider.elf)) {
      const use = uses.at(index);
      if (use === undefined || isVersioned(use, definition)) continue;
      if (promised.get(provider.node)?.test(use.name) === true) continue;
      if (find(object, index, scope)?.provider === provider) yield toCrossing(use, object, provider, false);
    }
  }
}

function isVersioned(use: SymbolUse, definition: SymbolOffer): boolean {
  return use.version !== undefined && definition.version !== undefined;
}

function toCrossing(use: SymbolUse, user: LoadedObject, provider: LoadedObject, captured: boolean): Crossing {
  const binding = use.eager ? "eager" : "lazy";
  return { symbol: use.name, usedBy: user.path, provider: provider.path, binding, captured };
}
