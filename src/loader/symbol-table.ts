/**
 * An object's dynamic symbols as the lists that binding needs: what it asks of others (its references), what it uses of itself and
 * yet looks up (its own), and what it offers (its definitions by name), each with the version that DT_VERSYM gives it. Made once
 * for each ElfObject.
 */
import { USE_COPY, USE_EAGER, USE_LAZY, type ElfObject } from "../elf/object.js";
import { SHN_UNDEF, STB_LOCAL, STB_WEAK, STT_TLS, VERSION_HIDDEN, VERSION_INDEX } from "../elf/symbol-values.js";

const SHN_ABS = 0xfff1;
/** types that a lookup accepts: NOTYPE, OBJECT, FUNC, COMMON, TLS, GNU_IFUNC */
const LOOKUP_TYPES = new Set([0, 1, 2, 5, STT_TLS, 10]);
const STV_DEFAULT = 0;
const STV_HIDDEN = 2;
const STV_INTERNAL = 1;
const STV_PROTECTED = 3;

export interface SymbolReference {
  readonly name: string;
  /** the version asked for; undefined for an unversioned reference */
  readonly version?: string;
  /** vn_file of that version */
  readonly file?: string;
  /** STB_WEAK: may stay undefined */
  readonly weak: boolean;
  /** bound at load time whatever the settings; otherwise at the first call, unless the object binds now */
  readonly eager: boolean;
  /** only its address is taken: no call, no thread-local storage, no copy */
  readonly addressOnly: boolean;
  /** an R_*_COPY: the program holds the data, and this many bytes of it */
  readonly copySize?: number;
  /** a function that is called, and whose PLT entry here is also its address for all others (a program at a fixed address) */
  readonly canonical?: true;
  /** what it was when the object was linked; undefined where the entry does not say */
  readonly sort?: SymbolSort;
}

/** What a symbol stands for, as far as its users care. */
export type SymbolSort = "function" | "data" | "thread-local data";

export interface SymbolDefinition {
  /** undefined for the base version (index 0 or 1) and in objects without DT_VERSYM */
  readonly version?: string;
  /** the version index, 0 where there is no DT_VERSYM */
  readonly index: number;
  readonly hidden: boolean;
  readonly size: number;
  readonly sort?: SymbolSort;
  /** STV_PROTECTED: the library uses this very definition, whatever others are bound to */
  readonly protected?: true;
  /**
   * No definition at all, but the PLT entry that a program at a fixed address uses as the function's address: good for whoever
   * wants the address, and not for who calls.
   */
  readonly addressOnly: boolean;
}

/** Definitions by name, in the order of the symbol table. Most are never asked for: each is made when its name first is. */
export interface DefinitionIndex {
  /** how many names there are */
  readonly size: number;
  get(name: string): readonly SymbolDefinition[] | undefined;
}

export interface SymbolTable {
  readonly references: readonly SymbolReference[];
  /**
   * What it uses and defines itself, in a way that lets a definition of another object come first: the loader looks these up like
   * any other symbol, from the beginning of the scope. They are never missing.
   */
  readonly own: readonly SymbolReference[];
  /** how many of the references are not weak */
  readonly strong: number;
  /** the references that are R_*_COPY, by index */
  readonly copies: readonly number[];
  readonly definitions: DefinitionIndex;
  /** names that it defines and keeps to itself (STV_HIDDEN, STV_INTERNAL): the loader comes across them, and passes over */
  readonly hiddenNames: ReadonlySet<string>;
  /** the loader keeps a version table: DT_VERSYM is there, and some version for it to speak of */
  readonly versioned: boolean;
}

const tables = new WeakMap<ElfObject, SymbolTable>();

/** The references and definitions of an object; computed once and kept while the object lives. */
export function symbolTableOf(elf: ElfObject): SymbolTable {
  let table = tables.get(elf);
  if (table === undefined) {
    table = toSymbolTable(elf);
    tables.set(elf, table);
  }
  return table;
}

/** The version that an index stands for, and vn_file where it is a required one. */
interface IndexedVersion {
  readonly version: string;
  readonly file?: string;
}

function toSymbolTable(elf: ElfObject): SymbolTable {
  const { symbols, versions } = elf;
  const byIndex = indexVersions(elf);
  const references: SymbolReference[] = [];
  const copies: number[] = [];
  let strong = 0;
  for (let i = 1; i < symbols.count; i += 1) {
    const uses = symbols.uses[i] as number;
    const isCopy = (uses & USE_COPY) !== 0;
    if (uses === 0 || (symbols.section[i] !== SHN_UNDEF && !isCopy)) continue;
    if (symbols.binding[i] === STB_LOCAL || isHidden(symbols.visibility[i] as number)) continue;
    if (isCopy) copies.push(references.length);
    if (symbols.binding[i] !== STB_WEAK) strong += 1;
    references.push(toReference(elf, i, byIndex));
  }
  const hasVersions = [...versions.requirements, ...versions.definitions].some(({ index }) => index > 0);
  const versioned = versions.hasSymbols && hasVersions;
  let own: readonly SymbolReference[] | undefined;
  return {
    references,
    // A C++ library has thousands of them, and most are never asked for.
    get own() {
      return (own ??= findOwn(elf, byIndex));
    },
    strong,
    copies,
    definitions: indexDefinitions(elf, byIndex),
    hiddenNames: findHidden(elf),
    versioned,
  };
}

/** The definitions that relocations look up by name. DT_SYMBOLIC puts the object itself before all others. */
function findOwn(elf: ElfObject, byIndex: ReadonlyMap<number, IndexedVersion>): readonly SymbolReference[] {
  const { symbols } = elf;
  const own: SymbolReference[] = [];
  if (elf.symbolic) return own;
  for (let i = 1; i < symbols.count; i += 1) {
    const uses = symbols.uses[i] as number;
    if (uses === 0 || (uses & USE_COPY) !== 0 || symbols.section[i] === SHN_UNDEF) continue;
    if (symbols.binding[i] === STB_LOCAL || symbols.visibility[i] !== STV_DEFAULT) continue;
    own.push(toReference(elf, i, byIndex));
  }
  return own;
}

/** l_versions: one table for both kinds of versions, in which the object's own come last and stay. */
function indexVersions({ versions }: ElfObject): ReadonlyMap<number, IndexedVersion> {
  return new Map<number, IndexedVersion>([
    ...versions.requirements.map(({ index, name, file }) => [index, { version: name, file }] as const),
    ...versions.definitions.filter(({ base }) => !base).map(({ index, name }) => [index, { version: name }] as const),
  ]);
}

/** A symbol of the table, as a reference: for relocations that look up what their own object defines. */
export function referenceAt(elf: ElfObject, i: number): SymbolReference {
  return toReference(elf, i, indexVersions(elf));
}

/** A copied symbol is defined by the program itself: its version, too, is one that the program requires. */
function toReference({ symbols }: ElfObject, i: number, byIndex: ReadonlyMap<number, IndexedVersion>): SymbolReference {
  const uses = symbols.uses[i] as number;
  const type = symbols.type[i] as number;
  const isCopy = (uses & USE_COPY) !== 0;
  return {
    name: symbols.names[i] as string,
    ...byIndex.get((symbols.version[i] as number) & VERSION_INDEX),
    weak: symbols.binding[i] === STB_WEAK,
    eager: isCopy || (uses & USE_EAGER) !== 0,
    addressOnly: uses === USE_EAGER && type !== STT_TLS,
    ...(isCopy ? { copySize: symbols.size[i] as number } : {}),
    ...((uses & USE_LAZY) !== 0 && symbols.section[i] === SHN_UNDEF && symbols.value[i] !== 0
      ? { canonical: true }
      : {}),
    ...sortOf(type),
  };
}

/** Names to the first symbol of each, and from every symbol to the next of its name: two columns, and nothing for each symbol. */
function indexDefinitions(elf: ElfObject, byIndex: ReadonlyMap<number, IndexedVersion>): DefinitionIndex {
  const { symbols } = elf;
  const first = new Map<string, number>();
  const next = new Uint32Array(symbols.count);
  for (let i = symbols.count - 1; i > 0; i -= 1) {
    if (!isDefinition(elf, i)) continue;
    const name = symbols.names[i] as string;
    next[i] = first.get(name) ?? 0;
    first.set(name, i);
  }
  const made = new Map<string, readonly SymbolDefinition[]>();
  return {
    size: first.size,
    get(name) {
      const known = made.get(name);
      const start = first.get(name);
      if (known !== undefined || start === undefined) return known;
      const definitions: SymbolDefinition[] = [];
      for (let i = start; i !== 0; i = next[i] as number) definitions.push(toDefinition(elf, i, byIndex));
      made.set(name, definitions);
      return definitions;
    },
  };
}

function toDefinition(
  { symbols }: ElfObject,
  i: number,
  byIndex: ReadonlyMap<number, IndexedVersion>,
): SymbolDefinition {
  const versym = symbols.version[i] as number;
  const index = versym & VERSION_INDEX;
  const version = byIndex.get(index)?.version;
  return {
    ...(version === undefined ? {} : { version }),
    index,
    hidden: (versym & VERSION_HIDDEN) !== 0,
    size: symbols.size[i] as number,
    ...sortOf(symbols.type[i] as number),
    ...(symbols.visibility[i] === STV_PROTECTED ? { protected: true } : {}),
    addressOnly: symbols.section[i] === SHN_UNDEF,
  };
}

const SORTS: ReadonlyMap<number, { readonly sort: SymbolSort }> = new Map([
  [1, { sort: "data" }],
  [2, { sort: "function" }],
  [5, { sort: "data" }],
  [STT_TLS, { sort: "thread-local data" }],
  [10, { sort: "function" }],
]);

/** What a symbol of this type (STT_*) stands for. */
export function sortOf(type: number): { readonly sort?: SymbolSort } {
  return SORTS.get(type) ?? {};
}

const NO_NAMES: ReadonlySet<string> = new Set();

/** Linkers leave hidden symbols out of the dynamic table, so that there is hardly ever one. */
function findHidden(elf: ElfObject): ReadonlySet<string> {
  const { symbols } = elf;
  let names: Set<string> | undefined;
  for (let i = 1; i < symbols.count; i += 1) {
    if (isHidden(symbols.visibility[i] as number) && isMatch(elf, i))
      (names ??= new Set()).add(symbols.names[i] as string);
  }
  return names ?? NO_NAMES;
}

/** What do_lookup_x accepts as a definition (elf/dl-lookup.c). */
function isDefinition(elf: ElfObject, i: number): boolean {
  return isMatch(elf, i) && !isHidden(elf.symbols.visibility[i] as number);
}

/** What check_match, which do_lookup_x calls first, accepts whatever its visibility. */
function isMatch({ symbols }: ElfObject, i: number): boolean {
  const section = symbols.section[i] as number;
  const type = symbols.type[i] as number;
  const hasValue = (symbols.value[i] as number) !== 0 || section === SHN_ABS || type === STT_TLS;
  return (
    (section === SHN_UNDEF ? (symbols.value[i] as number) !== 0 && type !== STT_TLS : hasValue) &&
    symbols.binding[i] !== STB_LOCAL &&
    LOOKUP_TYPES.has(type)
  );
}

function isHidden(visibility: number): boolean {
  return visibility === STV_HIDDEN || visibility === STV_INTERNAL;
}
