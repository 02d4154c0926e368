/**
 * Symbol binding as musl's loader does it: the first object in the list that defines the name, whatever its version. At startup
 * everything is bound, and whatever is missing is told before the process ends; dlopen with RTLD_LAZY puts off functions.
 * Mirrors find_sym, do_relocs and reloc_all of ldso/dynlink.c.
 *
 * As for glibc, what one file can give to another is found out once for each pair.
 */
import type { ElfObject } from "../elf/object.js";
import { findPlainName } from "./musl-lfs64.js";
import { muslSymbolsOf, type MuslDefinition, type MuslReference, type MuslSymbols } from "./musl-symbol-table.js";
import { memoizePairs } from "./pair-memo.js";
import { problemKey, type LoadProblem } from "./problem.js";
import type { LoadedObject, LoadScope } from "./scope.js";

type PairBinding = ReadonlyMap<number, MuslDefinition>;

/**
 * Everything that relocating the objects of a scope would complain of.
 *
 * @param lfs64 the loader, where it answers for the 64-bit names itself
 */
export function bindMuslSymbols(scope: LoadScope, lfs64: ElfObject | undefined): LoadProblem[] {
  const own = lfs64 === undefined ? undefined : muslSymbolsOf(lfs64).definitions;
  const answersItself = (name: string): boolean => {
    const plain = own === undefined ? undefined : findPlainName(name);
    return plain !== undefined && own?.get(plain)?.addressOnly === false;
  };
  // The program is relocated last.
  const [first, ...others] = scope.objects;
  const inOrder = first === undefined ? [] : scope.kind === "program" ? [...others, first] : scope.objects;
  return inOrder.flatMap((object) => [...bindObject(object, scope, answersItself)]);
}

function* bindObject(
  object: LoadedObject,
  scope: LoadScope,
  answersItself: (name: string) => boolean,
): Generator<LoadProblem> {
  const versions = new Map<string, LoadProblem>();
  for (const [index, reference] of muslSymbolsOf(object.elf).references.entries()) {
    const bound = findMuslBinding(object, index, scope);
    if (bound === undefined) {
      if (!reference.weak && !answersItself(reference.name)) yield toMissing(object, reference, scope.kind);
      continue;
    }
    const { provider, definition } = bound;
    const found =
      checkVersion(object, reference, provider, definition) ?? checkCopy(object, reference, provider, definition);
    if (found !== undefined) versions.set(problemKey(found), found);
  }
  yield* versions.values();
}

function toMissing({ path, elf }: LoadedObject, { name, eager }: MuslReference, kind: LoadScope["kind"]): LoadProblem {
  return {
    kind: "symbol-not-defined",
    symbol: name,
    requiredBy: path,
    binding: kind === "program" || eager || elf.bindNow ? "eager" : "lazy",
    words: `Error relocating ${path}: ${name}: symbol not found`,
  };
}

/** The definition that `reference` (by index) of `object` is bound to in this scope, and its owner. */
export function findMuslBinding(
  object: LoadedObject,
  index: number,
  scope: LoadScope,
): { readonly provider: LoadedObject; readonly definition: MuslDefinition } | undefined {
  const isCopy = muslSymbolsOf(object.elf).references[index]?.copySize !== undefined;
  for (const provider of scope.objects) {
    if (isCopy && provider.foundBy.kind === "program") continue;
    const definition = bindMuslPair(object.elf, provider.elf).get(index);
    if (definition !== undefined) return { provider, definition };
  }
  return undefined;
}

/** What an object's own symbol (by index) is bound to in this scope: its own definition, where nobody's comes first. */
export function findMuslOwnBinding(
  object: LoadedObject,
  index: number,
  scope: Pick<LoadScope, "objects">,
): { readonly provider: LoadedObject; readonly definition: MuslDefinition } | undefined {
  const reference = muslSymbolsOf(object.elf).own[index];
  if (reference === undefined) return undefined;
  for (const provider of scope.objects) {
    const definition = matchMuslReference(reference, muslSymbolsOf(provider.elf));
    if (definition !== undefined) return { provider, definition };
  }
  return undefined;
}

/** What `provider` offers to the references of `user`. */
export const bindMuslPair = memoizePairs((user: ElfObject, provider: ElfObject) =>
  toPairBinding(muslSymbolsOf(user).references, muslSymbolsOf(provider)),
);

/** What `provider` offers in place of what `user` defines itself. */
export const bindMuslOwnPair = memoizePairs((user: ElfObject, provider: ElfObject) =>
  toPairBinding(muslSymbolsOf(user).own, muslSymbolsOf(provider)),
);

function toPairBinding(references: readonly MuslReference[], table: MuslSymbols): PairBinding {
  const found = new Map<number, MuslDefinition>();
  for (const [index, reference] of references.entries()) {
    const definition = matchMuslReference(reference, table);
    if (definition !== undefined) found.set(index, definition);
  }
  return found;
}

/** find_sym for one name in one object. */
function matchMuslReference({ name, called }: MuslReference, { definitions }: MuslSymbols): MuslDefinition | undefined {
  const definition = definitions.get(name);
  return definition !== undefined && called && definition.addressOnly ? undefined : definition;
}

/**
 * Versions are not compared, so that a program may run with another version than it was built for. The loader's own symbols have
 * none, whoever asks.
 */
function checkVersion(
  { path: requiredBy }: LoadedObject,
  { name: symbol, version, file }: MuslReference,
  { path: provider, elf, names, foundBy }: LoadedObject,
  definition: MuslDefinition,
): LoadProblem | undefined {
  if (version === undefined || definition.version === version || foundBy.kind === "interpreter") return undefined;
  const place = { provider, requiredBy, words: "" };
  if (elf.versions.hasDefinitions) {
    const found = definition.version === undefined ? {} : { found: definition.version };
    return { kind: "other-version-bound", symbol, version, ...found, ...place };
  }
  return file !== undefined && names.has(file) ? { kind: "version-information-missing", file, ...place } : undefined;
}

/** A copy has as many bytes as the program keeps for it; what the library's data has more is left out, without a word. */
function checkCopy(
  { path: requiredBy }: LoadedObject,
  { name: symbol, copySize: expected }: MuslReference,
  { path: provider }: LoadedObject,
  { size: found }: MuslDefinition,
): LoadProblem | undefined {
  if (expected === undefined || found <= expected) return undefined;
  return { kind: "symbol-size-differs", symbol, requiredBy, provider, expected, found, words: "" };
}
