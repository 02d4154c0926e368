/**
 * Symbols that change their sort with the mount: what was a function when its user was linked is data now, or data has become
 * thread-local. The loader binds by name and version and looks no further.
 */
import type { ElfObject } from "../elf/object.js";
import { bindersOf, type Binder, type SymbolUse } from "../loader/binder.js";
import { memoizePairs } from "../loader/pair-memo.js";
import type { LoadedObject, LoadScope } from "../loader/scope.js";
import type { SymbolSort } from "../loader/symbol-definitions.js";
import type { Capture } from "./capture.js";

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
  add(scope: LoadScope, captures: Iterable<Capture>): void;
  finish(): readonly TypeChange[];
}

/** @param mounted the mounted files that are another build than what they take the place of */
export function createTypeChangeList(mounted: ReadonlySet<object>): TypeChangeList {
  const changes = new Map<string, TypeChange>();
  return {
    add(scope, captures) {
      if (changes.size >= MAX_CHANGES) return;
      for (const change of findCapturedChanges(captures)) changes.set(change.symbol, change);
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

function* findCapturedChanges(captures: Iterable<Capture>): Generator<TypeChange> {
  for (const { use, user, provider, definition } of captures) {
    const [{ name: symbol, sort: expected }, { sort: found }] = [use, definition];
    if (expected === undefined || found === undefined || expected === found) continue;
    yield { symbol, usedBy: user.path, expected, provider: provider.path, found };
  }
}

function* findChanges(object: LoadedObject, provider: LoadedObject, scope: LoadScope): Generator<TypeChange> {
  const binder = bindersOf(scope).references;
  for (const { index, use, found } of mismatchesOf(object.elf, provider.elf, binder)) {
    const { name: symbol, sort: expected } = use;
    if (expected === undefined || binder.find(object, index, scope)?.provider !== provider) continue;
    yield { symbol, usedBy: object.path, expected, provider: provider.path, found };
  }
}

interface Mismatch {
  readonly index: number;
  readonly use: SymbolUse;
  readonly found: SymbolSort;
}

type Mismatches = (user: ElfObject, provider: ElfObject) => readonly Mismatch[];

const NONE: readonly Mismatch[] = [];
const mismatches = new WeakMap<Binder, Mismatches>();

/** The references of one file that another defines as something else: a matter of the two files alone, and rarely any. */
function mismatchesOf(user: ElfObject, provider: ElfObject, binder: Binder): readonly Mismatch[] {
  let find = mismatches.get(binder);
  if (find === undefined) mismatches.set(binder, (find = memoizePairs((a, b) => findMismatches(a, b, binder))));
  return find(user, provider);
}

function findMismatches(user: ElfObject, provider: ElfObject, { usesOf, offersOf }: Binder): readonly Mismatch[] {
  const uses = usesOf(user);
  const found: Mismatch[] = [];
  for (const [index, { sort }] of offersOf(user, provider)) {
    const use = uses.at(index);
    if (use?.sort === undefined || sort === undefined || use.sort === sort) continue;
    found.push({ index, use, found: sort });
  }
  return found.length === 0 ? NONE : found;
}
