/**
 * Which symbols cross the mount: bound between a mounted library and an object of the image, in either direction. A versioned
 * symbol carries its library's promise about its ABI; an unversioned one has nothing but the soname behind it.
 */
import { bindPair, findBinding } from "../loader/bind-symbols.js";
import type { LoadedObject, LoadScope } from "../loader/scope.js";
import { symbolTableOf } from "../loader/symbol-table.js";

export interface Crossing {
  readonly symbol: string;
  /** path of the object that uses it */
  readonly usedBy: string;
  /** path of the object that defines it */
  readonly provider: string;
  readonly binding: "eager" | "lazy";
}

/** More examples than a reader wants are not looked for. */
const MAX_CROSSINGS = 5;

export interface CrossingList {
  add(scope: LoadScope): void;
  finish(): readonly Crossing[];
}

/** Gathers examples from many scopes, one for each symbol. */
export function createCrossingList(mounted: ReadonlySet<object>): CrossingList {
  const crossings = new Map<string, Crossing>();
  return {
    add(scope) {
      if (crossings.size >= MAX_CROSSINGS) return;
      for (const crossing of findUnversionedCrossings(scope, mounted)) {
        if (!crossings.has(crossing.symbol)) crossings.set(crossing.symbol, crossing);
        if (crossings.size >= MAX_CROSSINGS) return;
      }
    },
    finish: () => [...crossings.values()],
  };
}

/** The unversioned symbols that cross between `mounted` files and the rest of a scope. */
function* findUnversionedCrossings(scope: LoadScope, mounted: ReadonlySet<object>): Generator<Crossing> {
  for (const object of scope.objects) {
    if (mounted.has(object.node)) yield* crossingsOut(object, scope, mounted);
    else yield* crossingsIn(object, scope, mounted);
  }
}

/** What a mounted object takes from the image. */
function* crossingsOut(object: LoadedObject, scope: LoadScope, mounted: ReadonlySet<object>): Generator<Crossing> {
  const { references } = symbolTableOf(object.elf);
  for (const [index, reference] of references.entries()) {
    const bound = findBinding(object, index, scope);
    if (bound === undefined || bound.provider === object || mounted.has(bound.provider.node)) continue;
    if (reference.version !== undefined && bound.definition.version !== undefined) continue;
    yield {
      symbol: reference.name,
      usedBy: object.path,
      provider: bound.provider.path,
      binding: reference.eager ? "eager" : "lazy",
    };
  }
}

/** What an object of the image takes from a mounted one. */
function* crossingsIn(object: LoadedObject, scope: LoadScope, mounted: ReadonlySet<object>): Generator<Crossing> {
  const { references } = symbolTableOf(object.elf);
  for (const provider of scope.objects) {
    if (!mounted.has(provider.node)) continue;
    for (const [index, definition] of bindPair(object.elf, provider.elf)) {
      const reference = references[index];
      if (reference === undefined || (reference.version !== undefined && definition.version !== undefined)) continue;
      if (findBinding(object, index, scope)?.provider !== provider) continue;
      yield {
        symbol: reference.name,
        usedBy: object.path,
        provider: provider.path,
        binding: reference.eager ? "eager" : "lazy",
      };
    }
  }
}
