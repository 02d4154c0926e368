/**
 * What an object offers to others: its definitions by name, each with the version that DT_VERSYM gives it, as do_lookup_x and
 * check_match of elf/dl-lookup.c accept them.
 */
import type { ElfObject } from "../elf/object.js";
import { isSameName, nameAt, type SymbolNames } from "../elf/symbol-names.js";
import { SHN_ABS, SHN_UNDEF, STB_LOCAL, STT_TLS, VERSION_HIDDEN, VERSION_INDEX } from "../elf/symbol-values.js";

/** types that a lookup accepts: NOTYPE, OBJECT, FUNC, COMMON, TLS, GNU_IFUNC */
const LOOKUP_TYPES = new Set([0, 1, 2, 5, STT_TLS, 10]);
const STV_HIDDEN = 2;
const STV_INTERNAL = 1;
const STV_PROTECTED = 3;

/** What a symbol stands for, as far as its users care. */
export type SymbolSort = "function" | "data" | "thread-local data";

export interface SymbolDefinition {
  /** undefined for the base version (index 0 or 1) and in objects without DT_VERSYM */
  readonly version: string | undefined;
  /** the version index, 0 where there is no DT_VERSYM */
  readonly index: number;
  readonly hidden: boolean;
  readonly size: number;
  readonly sort: SymbolSort | undefined;
  /** STV_PROTECTED: the library uses this very definition, whatever others are bound to */
  readonly protected: boolean;
  /**
   * No definition at all, but the PLT entry that a program at a fixed address uses as the function's address: good for whoever
   * wants the address, and not for who calls.
   */
  readonly addressOnly: boolean;
}

/** Definitions by name, in the order of the symbol table. Most are never asked for: each is made when its name first is. */
export interface DefinitionIndex {
  /** Those of the name that a symbol has, in this table or another one. */
  find(names: SymbolNames, symbol: number): readonly SymbolDefinition[] | undefined;
}

/** The version that an index stands for, and vn_file where it is a required one. */
export interface IndexedVersion {
  readonly version: string;
  readonly file?: string;
}

/** l_versions: one table for both kinds of versions, in which the object's own come last and stay. */
export function indexVersions({ versions }: ElfObject): ReadonlyMap<number, IndexedVersion> {
  return new Map<number, IndexedVersion>([
    ...versions.requirements.map(({ index, name, file }) => [index, { version: name, file }] as const),
    ...versions.definitions.filter(({ base }) => !base).map(({ index, name }) => [index, { version: name }] as const),
  ]);
}

/**
 * Buckets by hash, and from every symbol to the next in its bucket, as DT_GNU_HASH has them: columns, and nothing for each symbol.
 * Of the names that one object asks another for, nineteen of twenty are not there; that shows without a look at any name.
 */
export function indexDefinitions(elf: ElfObject, byIndex: ReadonlyMap<number, IndexedVersion>): DefinitionIndex {
  const { count, names } = elf.symbols;
  const mask = 2 ** Math.ceil(Math.log2(count + 1)) - 1;
  const first = new Uint32Array(mask + 1);
  const next = new Uint32Array(count);
  for (let i = count - 1; i > 0; i -= 1) {
    if (!isDefinition(elf, i)) continue;
    const bucket = (names.hashes[i] as number) & mask;
    next[i] = first[bucket] as number;
    first[bucket] = i;
  }
  const made = new Map<number, readonly SymbolDefinition[]>();

  /** The first symbol from `at` on, in its bucket, that has the name; 0 where there is none. */
  function seek(at: number, other: SymbolNames, symbol: number): number {
    const hash = other.hashes[symbol];
    let i = at;
    while (i !== 0 && !(names.hashes[i] === hash && isSameName(names, i, other, symbol))) i = next[i] as number;
    return i;
  }

  return {
    find(other, symbol) {
      const start = seek(first[(other.hashes[symbol] as number) & mask] as number, other, symbol);
      if (start === 0) return undefined;
      const known = made.get(start);
      if (known !== undefined) return known;
      const definitions: SymbolDefinition[] = [];
      for (let i = start; i !== 0; i = seek(next[i] as number, names, start))
        definitions.push(toDefinition(elf, i, byIndex));
      made.set(start, definitions);
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
  // Millions are made: all of one shape, and no spreading.
  return {
    version: byIndex.get(index)?.version,
    index,
    hidden: (versym & VERSION_HIDDEN) !== 0,
    size: symbols.size[i] as number,
    sort: sortOf(symbols.type[i] as number),
    protected: symbols.visibility[i] === STV_PROTECTED,
    addressOnly: symbols.section[i] === SHN_UNDEF,
  };
}

/** by type, STT_* */
const SORTS: readonly (SymbolSort | undefined)[] = [
  undefined,
  "data",
  "function",
  undefined,
  undefined,
  "data",
  "thread-local data",
  undefined,
  undefined,
  undefined,
  "function",
];

/** What a symbol of this type (STT_*) stands for. */
export function sortOf(type: number): SymbolSort | undefined {
  return SORTS[type];
}

const NO_NAMES: ReadonlySet<string> = new Set();

/** Linkers leave hidden symbols out of the dynamic table, so that there is hardly ever one. */
export function findHidden(elf: ElfObject): ReadonlySet<string> {
  const { symbols } = elf;
  let names: Set<string> | undefined;
  for (let i = 1; i < symbols.count; i += 1) {
    if (isHidden(symbols.visibility[i] as number) && isMatch(elf, i))
      (names ??= new Set()).add(nameAt(symbols.names, i));
  }
  return names ?? NO_NAMES;
}

/** Whether a symbol is what do_lookup_x accepts as a definition (elf/dl-lookup.c). */
export function isDefinition(elf: ElfObject, i: number): boolean {
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

export function isHidden(visibility: number): boolean {
  return visibility === STV_HIDDEN || visibility === STV_INTERNAL;
}
