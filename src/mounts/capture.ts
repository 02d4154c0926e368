/**
 * Symbols that an object uses and defines itself, and that another one captures: the loader looks such a symbol up from the
 * beginning of the scope, and takes the first definition. A mounted library that defines more names than its predecessor takes over
 * calls that the image's libraries make to themselves, and a mounted library's own calls go to whoever in the image has the name.
 *
 * Among C++ libraries this is so all the time (inline functions, vtables, type information), with the mount as without it. Only
 * what the mount changes is told.
 */
import {
  bindersOf,
  listUses,
  type Binder,
  type BoundSymbol,
  type SymbolUse,
  type SymbolUses,
} from "../loader/binder.js";
import type { LoadedObject, LoadScope } from "../loader/scope.js";

export interface Capture extends BoundSymbol {
  readonly user: LoadedObject;
  readonly use: SymbolUse;
}

/**
 * What is captured across the mount in a scope, and was not in the one before it.
 *
 * @param before the same process without the mount; undefined where there was none
 */
export function* findCaptures(
  after: LoadScope,
  before: LoadScope | undefined,
  mounted: ReadonlySet<object>,
): Generator<Capture> {
  for (const [place, foreign] of after.objects.entries()) {
    if (!mounted.has(foreign.node)) continue;
    for (const [index, other] of after.objects.entries()) {
      if (mounted.has(other.node)) continue;
      yield* index < place
        ? findCapturesOf(foreign, other, after, before)
        : findCapturesOf(other, foreign, after, before);
    }
  }
}

/** What `provider` takes from `user`, in whose place it comes first. */
function* findCapturesOf(
  user: LoadedObject,
  provider: LoadedObject,
  after: LoadScope,
  before: LoadScope | undefined,
): Generator<Capture> {
  const binder = bindersOf(after).own;
  const uses = binder.usesOf(user.elf);
  for (const [index, definition] of binder.offersOf(user.elf, provider.elf)) {
    const use = uses.at(index);
    if (use === undefined || binder.find(user, index, after)?.provider !== provider) continue;
    const earlier = before === undefined ? undefined : findEarlier(user, use, index, before, binder);
    if (earlier === undefined || !isCounterpart(earlier, provider)) yield { user, use, provider, definition };
  }
}

/** Who had the symbol without the mount. */
function findEarlier(
  user: LoadedObject,
  { name, version }: SymbolUse,
  index: number,
  before: LoadScope,
  binder: Binder,
): LoadedObject | undefined {
  const earlier =
    before.objects.find(({ node }) => node === user.node) ?? before.objects.find((one) => isCounterpart(one, user));
  if (earlier === undefined) return undefined;
  const known = earlier.elf === user.elf ? index : findUse(binder.usesOf(earlier.elf), name, version);
  if (known === undefined) return undefined;
  return binder.find(earlier, known, before)?.provider;
}

const indexes = new WeakMap<SymbolUses, ReadonlyMap<string, number>>();

/** Where a symbol of this name and version stands in a list; the first of several. */
function findUse(uses: SymbolUses, name: string, version: string | undefined): number | undefined {
  let known = indexes.get(uses);
  if (known === undefined) {
    const all = listUses(uses).map((one, index): [string, number] => [`${one.name}@${one.version ?? ""}`, index]);
    indexes.set(uses, (known = new Map(all.reverse())));
  }
  return known.get(`${name}@${version ?? ""}`);
}

/** The same file, or the one in whose stead it is loaded: the other of its DT_SONAME. */
function isCounterpart(earlier: LoadedObject, { node, elf: { soname } }: LoadedObject): boolean {
  return earlier.node === node || (soname !== undefined && earlier.elf.soname === soname);
}
