/**
 * An object's dynamic symbols as the lists that binding needs: what it asks of others (its references), what it uses of itself and
 * yet looks up (its own), and what it offers (its definitions by name), each with the version that DT_VERSYM gives it. Made once
 * for each ElfObject.
 */
import { USE_COPY, USE_EAGER, USE_LAZY, type ElfObject } from "../elf/object.js";
import { SHN_UNDEF, STB_LOCAL, STB_WEAK, STT_TLS, VERSION_INDEX } from "../elf/symbol-values.js";
import { hashNames } from "./name-filter.js";
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
  /** only its address is taken: no call, no thread-local storage, no copy */
  readonly addressOnly: boolean;
  /** an R_*_COPY: the program holds the data, and this many bytes of it */
  readonly copySize: number | undefined;
  /** a function that is called, and whose PLT entry here is also its address for all others (a program at a fixed address) */
  readonly canonical: boolean;
  /** what it was when the object was linked; undefined where the entry does not say */
  readonly sort: SymbolSort | undefined;
}

export interface SymbolTable {
  readonly references: readonly SymbolReference[];
  /** hashes of their names, see name-filter.ts; and of those of `own` */
  readonly hashes: Int32Array;
  readonly ownHashes: Int32Array;
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
  let [hashes, ownHashes]: (Int32Array | undefined)[] = [];
  return {
    references,
    get hashes() {
      return (hashes ??= hashNames(references));
    },
    get ownHashes() {
      return (ownHashes ??= hashNames(this.own));
    },
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

/** A symbol of the table, as a reference: for relocations that look up what their own object defines. */
export function referenceAt(elf: ElfObject, i: number): SymbolReference {
  return toReference(elf, i, indexVersions(elf));
}

/** A copied symbol is defined by the program itself: its version, too, is one that the program requires. */
function toReference({ symbols }: ElfObject, i: number, byIndex: ReadonlyMap<number, IndexedVersion>): SymbolReference {
  const uses = symbols.uses[i] as number;
  const type = symbols.type[i] as number;
  const isCopy = (uses & USE_COPY) !== 0;
  const asked = byIndex.get((symbols.version[i] as number) & VERSION_INDEX);
  return {
    name: symbols.names[i] as string,
    version: asked?.version,
    file: asked?.file,
    weak: symbols.binding[i] === STB_WEAK,
    eager: isCopy || (uses & USE_EAGER) !== 0,
    addressOnly: uses === USE_EAGER && type !== STT_TLS,
    copySize: isCopy ? symbols.size[i] : undefined,
    canonical: (uses & USE_LAZY) !== 0 && symbols.section[i] === SHN_UNDEF && symbols.value[i] !== 0,
    sort: sortOf(type),
  };
}
