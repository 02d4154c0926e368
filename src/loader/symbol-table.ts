/**
 * An object's dynamic symbols as the lists that binding needs: what it asks of others (its references), what it uses of itself and
 * yet looks up (its own), and what it offers (its definitions by name), each with the version that DT_VERSYM gives it. Made once
 * for each ElfObject.
 */
import { USE_COPY, USE_EAGER, USE_LAZY, type ElfObject } from "../elf/object.js";
import { nameAt } from "../elf/symbol-names.js";
import { SHN_UNDEF, STB_LOCAL, STB_WEAK, STT_TLS, VERSION_INDEX } from "../elf/symbol-values.js";
import {
  findHidden,
  indexDefinitions,
  indexVersions,
  isHidden,
  sortOf,
  type DefinitionIndex,
  type IndexedVersion,
  type SymbolSort,
} from "./symbol-definitions.js";

const STV_DEFAULT = 0;
export interface SymbolReference {
  readonly name: string;
  /** the version asked for; undefined for an unversioned reference */
  readonly version: string | undefined;
  /** vn_file of that version */
  readonly file: string | undefined;
  /** STB_WEAK: may stay undefined */
  readonly weak: boolean;
  /** bound at load time whatever the settings; otherwise at the first call, unless the object binds now */
  readonly eager: boolean;
  /** an R_*_COPY: the program holds the data, and this many bytes of it */
  readonly copySize: number | undefined;
  /** what it was when the object was linked; undefined where the entry does not say */
  readonly sort: SymbolSort | undefined;
}

/** Some symbols of an object, as references: each is made when it is asked for, since most are only compared. */
export interface ReferenceList {
  readonly length: number;
  /** the index of each in the symbol table */
  readonly symbols: Uint32Array;
  at(index: number): SymbolReference | undefined;
}

export interface SymbolTable {
  readonly references: ReferenceList;
  /**
   * What it uses and defines itself, in a way that lets a definition of another object come first: the loader looks these up like
   * any other symbol, from the beginning of the scope. They are never missing.
   */
  readonly own: ReferenceList;
  /** how many of the references are not weak */
  readonly strong: number;
  /** the references that are R_*_COPY, by index */
  readonly copies: readonly number[];
  /** those that are called, and whose PLT entry here is also their address for all others (a program at a fixed address), by index */
  readonly canonical: readonly number[];
  readonly definitions: DefinitionIndex;
  /** names that it defines and keeps to itself (STV_HIDDEN, STV_INTERNAL): the loader comes across them, and passes over */
  readonly hiddenNames: ReadonlySet<string>;
  /** the loader keeps a version table: DT_VERSYM is there, and some version for it to speak of */
  readonly versioned: boolean;
  readonly versions: ReadonlyMap<number, IndexedVersion>;
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

function toSymbolTable(elf: ElfObject): SymbolTable {
  const { symbols, versions } = elf;
  const byIndex = indexVersions(elf);
  const references: number[] = [];
  const copies: number[] = [];
  const canonical: number[] = [];
  let strong = 0;
  for (let i = 1; i < symbols.count; i += 1) {
    const uses = symbols.uses[i] as number;
    const isCopy = (uses & USE_COPY) !== 0;
    if (uses === 0 || (symbols.section[i] !== SHN_UNDEF && !isCopy)) continue;
    if (symbols.binding[i] === STB_LOCAL || isHidden(symbols.visibility[i] as number)) continue;
    if (isCopy) copies.push(references.length);
    if (isCanonical(elf, i)) canonical.push(references.length);
    if (symbols.binding[i] !== STB_WEAK) strong += 1;
    references.push(i);
  }
  let own: ReferenceList | undefined;
  return {
    references: toList(elf, references, byIndex),
    // A C++ library has thousands of them, and most are never asked for.
    get own() {
      return (own ??= toList(elf, findOwn(elf), byIndex));
    },
    strong,
    copies,
    canonical,
    definitions: indexDefinitions(elf, byIndex),
    hiddenNames: findHidden(elf),
    versioned: versions.hasSymbols && (versions.requirements.some(isCounted) || versions.definitions.some(isCounted)),
    versions: byIndex,
  };
}

function isCounted({ index }: { readonly index: number }): boolean {
  return index > 0;
}

function toList(elf: ElfObject, found: readonly number[], byIndex: SymbolTable["versions"]): ReferenceList {
  const symbols = Uint32Array.from(found);
  let made: SymbolReference[] | undefined;
  return {
    length: symbols.length,
    symbols,
    at(index) {
      const symbol = symbols[index];
      if (symbol === undefined) return undefined;
      made ??= new Array<SymbolReference>(symbols.length);
      return (made[index] ??= toReference(elf, symbol, byIndex));
    },
  };
}

/** All of a list. */
export function listReferences(list: ReferenceList): SymbolReference[] {
  return Array.from({ length: list.length }, (_, index) => list.at(index) as SymbolReference);
}

/** The definitions that relocations look up by name. DT_SYMBOLIC puts the object itself before all others. */
function findOwn(elf: ElfObject): readonly number[] {
  const { symbols } = elf;
  const own: number[] = [];
  if (elf.symbolic) return own;
  for (let i = 1; i < symbols.count; i += 1) {
    const uses = symbols.uses[i] as number;
    if (uses === 0 || (uses & USE_COPY) !== 0 || symbols.section[i] === SHN_UNDEF) continue;
    if (symbols.binding[i] === STB_LOCAL || symbols.visibility[i] !== STV_DEFAULT) continue;
    own.push(i);
  }
  return own;
}

/** Only the address of a symbol is taken: no call, no thread-local storage, no copy. */
export function isAddressOnly({ symbols }: ElfObject, i: number): boolean {
  return symbols.uses[i] === USE_EAGER && symbols.type[i] !== STT_TLS;
}

function isCanonical({ symbols }: ElfObject, i: number): boolean {
  return ((symbols.uses[i] as number) & USE_LAZY) !== 0 && symbols.section[i] === SHN_UNDEF && symbols.value[i] !== 0;
}

/** A copied symbol is defined by the program itself: its version, too, is one that the program requires. */
function toReference(elf: ElfObject, i: number, byIndex: SymbolTable["versions"]): SymbolReference {
  const { symbols } = elf;
  const uses = symbols.uses[i] as number;
  const isCopy = (uses & USE_COPY) !== 0;
  const asked = byIndex.get((symbols.version[i] as number) & VERSION_INDEX);
  return {
    name: nameAt(symbols.names, i),
    version: asked?.version,
    file: asked?.file,
    weak: symbols.binding[i] === STB_WEAK,
    eager: isCopy || (uses & USE_EAGER) !== 0,
    copySize: isCopy ? symbols.size[i] : undefined,
    sort: sortOf(symbols.type[i] as number),
  };
}
