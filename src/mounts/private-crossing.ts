/**
 * Symbols of a private version that cross the mount (Qt_5_PRIVATE_API, TIRPC_PRIVATE): the loader takes such a version for a promise
 * like any other, while the project says with the name that it gives none. Its members change from release to release.
 */
import type { ElfObject } from "../elf/object.js";
import { bindersOf, listUses, type Binder } from "../loader/binder.js";
import type { LoadedObject, LoadScope } from "../loader/scope.js";

export interface PrivateCrossing {
  readonly symbol: string;
  readonly version: string;
  readonly user: LoadedObject;
  readonly provider: LoadedObject;
  readonly binding: "eager" | "lazy";
}

/** More examples than a reader wants are not looked for. */
const MAX_EXAMPLES = 5;

export interface PrivateCrossingList {
  add(scope: LoadScope): void;
  finish(): readonly PrivateCrossing[];
}

/** Gathers examples from many scopes, a few for each pair of files. */
export function createPrivateCrossingList(mounted: ReadonlySet<object>): PrivateCrossingList {
  const found = new Map<string, PrivateCrossing[]>();
  return {
    add(scope) {
      for (const crossing of findPrivateCrossings(scope, mounted)) {
        const key = `${crossing.user.path}\0${crossing.provider.path}`;
        const examples = found.get(key) ?? [];
        if (examples.length === 0) found.set(key, examples);
        const isNew = examples.every(({ symbol }) => symbol !== crossing.symbol);
        if (isNew && examples.length < MAX_EXAMPLES) examples.push(crossing);
      }
    },
    finish: () => [...found.values()].flat(),
  };
}

/** The references to private versions, bound between `mounted` files and the rest of a scope. */
function* findPrivateCrossings(scope: LoadScope, mounted: ReadonlySet<object>): Generator<PrivateCrossing> {
  const binder = bindersOf(scope).references;
  for (const user of scope.objects) {
    for (const index of findPrivateUses(user.elf, binder)) {
      const use = binder.usesOf(user.elf).at(index);
      const provider = binder.find(user, index, scope)?.provider;
      if (use?.version === undefined || provider === undefined) continue;
      if (mounted.has(user.node) === mounted.has(provider.node)) continue;
      yield { symbol: use.name, version: use.version, user, provider, binding: use.eager ? "eager" : "lazy" };
    }
  }
}

const NONE: readonly number[] = [];
const privateUses = new WeakMap<ElfObject, readonly number[]>();

/** Which references ask for a private version: hardly any object has one. */
function findPrivateUses(elf: ElfObject, { usesOf }: Binder): readonly number[] {
  if (!elf.versions.requirements.some(({ name }) => isPrivate(name))) return NONE;
  let found = privateUses.get(elf);
  if (found === undefined) {
    found = listUses(usesOf(elf)).flatMap(({ version = "" }, index) => (isPrivate(version) ? [index] : []));
    privateUses.set(elf, found);
  }
  return found;
}

/** GLIBC_PRIVATE stands apart: whatever defines or requires it belongs to the C library family, which is never mounted. */
function isPrivate(version: string): boolean {
  return /private/i.test(version) && version !== "GLIBC_PRIVATE";
}
