/**
 * Symbols that change their sort with the mount: what was a function when its user was linked is data now, or data has become
 * thread-local. The loader binds by name and version and looks no further.
 */
import type { ElfObject } from "../elf/object.js";
import { bindPair, findBinding } from "../loader/bind-symbols.js";
import type { LoadedObject, LoadScope } from "../loader/scope.js";
import { symbolTableOf, type SymbolReference, type SymbolSort } from "../loader/symbol-table.js";

/** More examples than a reader wants are not looked for. */
const MAX_CHANGES = 5;

export interface TypeChange {
  readonly symbol: string;
  /** path of the object that uses it, and what that took it for */
  readonly usedBy: string;
  readonly expected: SymbolSort;
  /** path of the object that defines it, and what it is there */
  readonly provider: string;
  readonly found: SymbolSort;
}

export interface TypeChangeList {
  add(scope: LoadScope): void;
  finish(): readonly TypeChange[];
}

/** @param mounted the mounted files that are another build than what they take the place of */
export function createTypeChangeList(mounted: ReadonlySet<object>): TypeChangeList {
  const changes = new Map<string, TypeChange>();
  return {
    add(scope) {
      if (changes.size >= MAX_CHANGES) return;
      const foreign = scope.objects.filter(({ node }) => mounted.has(node));
      for (const own of scope.objects) {
        if (mounted.has(own.node)) continue;
        for (const other of foreign) {
          for (const change of findChanges(own, other, scope)) changes.set(change.symbol, change);
          for (const change of findChanges(other, own, scope)) changes.set(change.symbol, change);
        }
      }
    },
    finish: () => [...changes.values()].slice(0, MAX_CHANGES),
  };
}

function* findChanges(object: LoadedObject, provider: LoadedObject, scope: LoadScope): Generator<TypeChange> {
  for (const { index, reference, found } of mismatchesOf(object.elf, provider.elf)) {
    const { name: symbol, sort: expected } = reference;
    if (expected === undefined || findBinding(object, index, scope)?.provider !== provider) continue;
    yield { symbol, usedBy: object.path, expected, provider: provider.path, found };
  }
}

interface Mismatch {
  readonly index: number;
  readonly reference: SymbolReference;
  readonly found: SymbolSort;
}

const NONE: readonly Mismatch[] = [];
const mismatches = new WeakMap<ElfObject, WeakMap<ElfObject, readonly Mismatch[]>>();

/** The references of one file that another defines as something else: a matter of the two files alone, and rarely any. */
function mismatchesOf(user: ElfObject, provider: ElfObject): readonly Mismatch[] {
  let known = mismatches.get(user);
  if (known === undefined) mismatches.set(user, (known = new WeakMap()));
  let found = known.get(provider);
  if (found === undefined) known.set(provider, (found = findMismatches(user, provider)));
  return found;
}

function findMismatches(user: ElfObject, provider: ElfObject): readonly Mismatch[] {
  const { references } = symbolTableOf(user);
  const found: Mismatch[] = [];
  for (const [index, { sort }] of bindPair(user, provider)) {
    const reference = references[index];
    if (reference?.sort === undefined || sort === undefined || reference.sort === sort) continue;
    found.push({ index, reference, found: sort });
  }
  return found.length === 0 ? NONE : found;
}
