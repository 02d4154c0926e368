/**
 * Symbol binding: which object of a scope defines each symbol that another one uses. A versioned reference takes a definition
 * of the same version, or one without a version; an unversioned reference takes the base or oldest version, or else the only
 * one that is not hidden. Mirrors check_match and do_lookup_x of elf/dl-lookup.c.
 *
 * Whether object P can satisfy a reference of object O depends on the two files alone. Those pairwise answers are kept, and a
 * scope is then judged by joining them: a thousand programs share a few hundred libraries.
 */
import { USE_COPY, type ElfObject } from "../elf/object.js";
import { STB_WEAK, VERSION_INDEX } from "../elf/symbol-values.js";
import { isOlderThan, type LoaderIdentity } from "./identity.js";
import { memoizePairs } from "./pair-memo.js";
import type { LoadProblem } from "./problem.js";
import type { LoadedObject, LoadScope } from "./scope.js";
import type { SymbolDefinition } from "./symbol-definitions.js";
import {
  isAddressOnly,
  listReferences,
  symbolTableOf,
  type ReferenceList,
  type SymbolReference,
  type SymbolTable,
} from "./symbol-table.js";

/** The references of one object (by index) that another can satisfy, with the definition that it offers. */
type PairBinding = ReadonlyMap<number, SymbolDefinition>;

/** Most pairs of objects have nothing to say to each other. */
const NOTHING: PairBinding = new Map();

/** Everything that relocating the objects of a scope would complain of. */
export function bindSymbols(scope: LoadScope, identity: LoaderIdentity): LoadProblem[] {
  const problems: LoadProblem[] = [];
  const broken = findMissingTables(scope, identity);
  const present = new Set(scope.objects.map(({ elf }) => elf));
  for (const object of scope.objects) {
    const { references } = symbolTableOf(object.elf);
    if (references.length === 0) continue;
    for (const reference of findUnsatisfied(object, scope, present)) {
      problems.push({
        kind: "symbol-not-defined",
        symbol: reference.name,
        ...(reference.version === undefined ? {} : { version: reference.version }),
        requiredBy: object.path,
        binding: bindingTime(object, reference),
      });
    }
    if (isOlderThan(identity.version, 2, 30)) problems.push(...checkFiles(object, references, scope));
    problems.push(...checkCopies(object, scope));
  }
  return [...problems, ...broken];
}

function bindingTime({ elf }: LoadedObject, reference: SymbolReference): "eager" | "lazy" {
  return reference.eager || elf.bindNow ? "eager" : "lazy";
}

/** The definition that `reference` (by index) of `object` is bound to in this scope, and its owner. */
export function findBinding(
  object: LoadedObject,
  index: number,
  scope: Pick<LoadScope, "objects">,
): { readonly provider: LoadedObject; readonly definition: SymbolDefinition } | undefined {
  const copied = isCopy(object.elf, symbolTableOf(object.elf).references.symbols[index]);
  for (const provider of lookupOrder(object, scope)) {
    if (copied && provider === object) continue;
    const definition = bindPair(object.elf, provider.elf).get(index);
    if (definition !== undefined) return { provider, definition };
  }
  return undefined;
}

/** What an object's own symbol (by index) is bound to in this scope: its own definition, where nobody's comes first. */
export function findOwnBinding(
  object: LoadedObject,
  index: number,
  scope: Pick<LoadScope, "objects">,
): { readonly provider: LoadedObject; readonly definition: SymbolDefinition } | undefined {
  const symbol = symbolTableOf(object.elf).own.symbols[index];
  if (symbol === undefined) return undefined;
  for (const provider of scope.objects) {
    const definition = matchSymbol(object.elf, symbol, symbolTableOf(provider.elf));
    if (definition !== undefined) return { provider, definition };
  }
  return undefined;
}

/** What `provider` offers to the references of `user`. */
export const bindPair: (user: ElfObject, provider: ElfObject) => PairBinding = memoizePairs((user, provider) =>
  toPairBinding(user, symbolTableOf(user).references.symbols, provider),
);

/** What `provider` offers in place of what `user` defines itself. */
export const bindOwnPair: (user: ElfObject, provider: ElfObject) => PairBinding = memoizePairs((user, provider) =>
  toPairBinding(user, symbolTableOf(user).own.symbols, provider),
);

function toPairBinding(user: ElfObject, symbols: Uint32Array, provider: ElfObject): PairBinding {
  let found: Map<number, SymbolDefinition> | undefined;
  const table = symbolTableOf(provider);
  for (let index = 0; index < symbols.length; index += 1) {
    const definition = matchSymbol(user, symbols[index] as number, table);
    if (definition !== undefined) (found ??= new Map()).set(index, definition);
  }
  return found ?? NOTHING;
}

/**
 * check_match for a symbol of one object against another object. The candidates are tried in the order of the symbol table, which is
 * that of DT_GNU_HASH's chains (those of DT_HASH may run the other way).
 */
export function matchSymbol(user: ElfObject, symbol: number, table: SymbolTable): SymbolDefinition | undefined {
  const all = table.definitions.find(user.symbols.names, symbol);
  if (all === undefined) return undefined;
  const candidates = isAddressOnly(user, symbol) ? all : all.filter((one) => !one.addressOnly);
  if (!table.versioned) return candidates[0];
  const index = (user.symbols.version[symbol] as number) & VERSION_INDEX;
  return chooseVersion(candidates, symbolTableOf(user).versions.get(index)?.version);
}

/** Which of the definitions of a name a reference takes, in an object with a version table. */
export function chooseVersion(
  candidates: readonly SymbolDefinition[],
  version: string | undefined,
): SymbolDefinition | undefined {
  if (version !== undefined) {
    return candidates.find((one) => one.version === version || (one.version === undefined && !one.hidden));
  }
  const oldest = candidates.find((one) => one.index <= 2);
  if (oldest !== undefined) return oldest;
  const visible = candidates.filter((one) => !one.hidden);
  return visible.length === 1 ? visible[0] : undefined;
}

function isCopy({ symbols }: ElfObject, symbol: number | undefined): boolean {
  return symbol !== undefined && ((symbols.uses[symbol] as number) & USE_COPY) !== 0;
}

function lookupOrder(object: LoadedObject, scope: Pick<LoadScope, "objects">): readonly LoadedObject[] {
  return object.elf.symbolic ? [object, ...scope.objects] : scope.objects;
}

/** Sets of files that were seen to define all that an object needs: where one of them is whole again, nobody has to look. */
const sufficient = new WeakMap<ElfObject, (readonly ElfObject[])[]>();
const MAX_SUFFICIENT = 8;

/** The references of `object`, other than weak ones, that nothing in the scope defines. */
function findUnsatisfied(
  object: LoadedObject,
  scope: LoadScope,
  present: ReadonlySet<ElfObject>,
): readonly SymbolReference[] {
  const { references, strong } = symbolTableOf(object.elf);
  const { symbols } = object.elf;
  const known = sufficient.get(object.elf) ?? [];
  for (const files of known) if (hasAll(present, files)) return [];
  const satisfied = new Uint8Array(references.length);
  const files: ElfObject[] = [];
  let left = strong;
  for (const provider of scope.objects) {
    if (left === 0) break;
    const before = left;
    for (const index of bindPair(object.elf, provider.elf).keys()) {
      const symbol = references.symbols[index] as number;
      if (satisfied[index] === 1 || symbols.binding[symbol] === STB_WEAK) continue;
      if (provider === object && isCopy(object.elf, symbol)) continue;
      satisfied[index] = 1;
      left -= 1;
    }
    if (left < before) files.push(provider.elf);
  }
  if (left === 0 && known.length < MAX_SUFFICIENT) sufficient.set(object.elf, [...known, files]);
  return left === 0 ? [] : listMissing(references, satisfied);
}

/** Most often asked of all here, and therefore a loop. */
function hasAll(present: ReadonlySet<ElfObject>, files: readonly ElfObject[]): boolean {
  for (const file of files) if (!present.has(file)) return false;
  return true;
}

function listMissing(references: ReferenceList, satisfied: Uint8Array): readonly SymbolReference[] {
  const missing: SymbolReference[] = [];
  for (let index = 0; index < references.length; index += 1) {
    const reference = satisfied[index] === 0 ? references.at(index) : undefined;
    if (reference?.weak === false) missing.push(reference);
  }
  return missing;
}

/** A program that copied a library's data holds as many bytes as it saw at link time; more of them are cut off. */
function* checkCopies(object: LoadedObject, scope: LoadScope): Generator<LoadProblem> {
  const { references, copies } = symbolTableOf(object.elf);
  for (const index of copies) {
    const reference = references.at(index);
    const bound = findBinding(object, index, scope);
    if (reference?.copySize === undefined || bound === undefined || bound.definition.size <= reference.copySize)
      continue;
    yield {
      kind: "symbol-size-differs",
      symbol: reference.name,
      requiredBy: object.path,
      provider: bound.provider.path,
      expected: reference.copySize,
      found: bound.definition.size,
    };
  }
}

/**
 * Before 2.30 a versioned reference is tied to the file that it was linked with: where the lookup comes to that file without
 * having found the symbol, it ends, whoever may define it later on (the end of do_lookup_x in those releases).
 */
function* checkFiles(object: LoadedObject, references: ReferenceList, scope: LoadScope): Generator<LoadProblem> {
  for (const [index, reference] of listReferences(references).entries()) {
    const { name: symbol, version, file } = reference;
    if (version === undefined || file === undefined) continue;
    const bound = findBinding(object, index, scope);
    if (bound === undefined) continue; // reported, or weak
    const order = lookupOrder(object, scope);
    const named = order.findIndex(({ names }) => names.has(file));
    if (named === -1 || named >= order.indexOf(bound.provider)) continue;
    const binding = bindingTime(object, reference);
    yield { kind: "symbol-not-defined", symbol, version, file, requiredBy: object.path, binding };
  }
}

/**
 * Before 2.41 a versioned reference that reaches the very library it names, and finds no version table there, ends the process
 * on an assertion (a library with version requirements of its own has the table, and only draws a warning). check_match asserts
 * before do_lookup_x looks at a symbol's visibility, so that a hidden one is as good.
 */
function* findMissingTables(scope: LoadScope, identity: LoaderIdentity): Generator<LoadProblem> {
  if (!isOlderThan(identity.version, 2, 41)) return;
  const bare = scope.objects.filter(({ elf }) => !symbolTableOf(elf).versioned);
  if (bare.length === 0) return;
  for (const object of scope.objects) {
    const files = new Set(object.elf.versions.requirements.map(({ file }) => file));
    const providers = bare.filter(({ names }) => [...files].some((file) => names.has(file)));
    for (const provider of providers) yield* findMissingTable(object, provider, scope);
  }
}

/** The first symbol, those bound at load time before others, for which `object` comes to `provider`. */
function* findMissingTable(object: LoadedObject, provider: LoadedObject, scope: LoadScope): Generator<LoadProblem> {
  const met = findMeetings(object, provider, scope);
  const first = met.find((reference) => bindingTime(object, reference) === "eager") ?? met[0];
  if (first === undefined) return;
  const [symbol, binding] = [first.name, bindingTime(object, first)];
  yield { kind: "version-table-missing", symbol, provider: provider.path, requiredBy: object.path, binding };
}

/** The references to versions of `provider` whose lookup comes to a symbol of their name there. */
function findMeetings(object: LoadedObject, provider: LoadedObject, scope: LoadScope): readonly SymbolReference[] {
  const { references } = symbolTableOf(object.elf);
  const { hiddenNames } = symbolTableOf(provider.elf);
  const offered = bindPair(object.elf, provider.elf);
  const order = lookupOrder(object, scope);
  return listReferences(references).filter(({ name, file }, index) => {
    if (file === undefined || !provider.names.has(file)) return false;
    if (!offered.has(index) && !hiddenNames.has(name)) return false;
    const bound = findBinding(object, index, scope)?.provider;
    return bound === undefined || order.indexOf(provider) <= order.indexOf(bound);
  });
}
