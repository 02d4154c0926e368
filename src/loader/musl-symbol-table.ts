/**
 * An object's dynamic symbols as musl's loader reads them: names alone. Versions are not compared; a definition that DT_VERSYM
 * marks as hidden does not exist, and neither does one that is decided at run time (STT_GNU_IFUNC). An object is bound to its own
 * definitions by name like everybody else, so that a reference to one that does not exist in this sense is an open one.
 * Mirrors find_sym2, gnu_lookup and do_relocs of ldso/dynlink.c.
 */
import { USE_COPY, USE_EAGER, USE_LAZY, type ElfObject } from "../elf/object.js";
import { SHN_UNDEF, STB_LOCAL, STB_WEAK, STT_TLS, VERSION_HIDDEN, VERSION_INDEX } from "../elf/symbol-values.js";
import { nameAt } from "../elf/symbol-names.js";
import { sortOf, type SymbolSort } from "./symbol-definitions.js";

/** OK_TYPES: NOTYPE, OBJECT, FUNC, COMMON, TLS */
const ACCEPTED_TYPES = new Set([0, 1, 2, 5, STT_TLS]);
/** OK_BINDS: GLOBAL, WEAK, GNU_UNIQUE */
const ACCEPTED_BINDINGS = new Set([1, STB_WEAK, 10]);

export interface MuslReference {
  readonly name: string;
  /** the version that a loader which reads versions would ask for */
  readonly version: string | undefined;
  /** vn_file of that version */
  readonly file: string | undefined;
  /** an undefined weak symbol: may stay 0 */
  readonly weak: boolean;
  /** bound by dlopen whatever its mode; otherwise RTLD_LAZY puts it off */
  readonly eager: boolean;
  /** called through the PLT: a program's own PLT entry is no answer (need_def of find_sym) */
  readonly called: boolean;
  readonly isTls: boolean;
  /** an R_*_COPY: the program holds the data, and this many bytes of it */
  readonly copySize: number | undefined;
  /** what it was when the object was linked; undefined where the entry does not say */
  readonly sort: SymbolSort | undefined;
}

export interface MuslDefinition {
  readonly version: string | undefined;
  readonly size: number;
  readonly sort: SymbolSort | undefined;
  readonly isTls: boolean;
  /** the PLT entry of a program at a fixed address, which stands for the function's address */
  readonly addressOnly: boolean;
}

export interface MuslSymbols {
  readonly references: readonly MuslReference[];
  /** what it uses and defines itself: looked up like any other symbol, from the beginning of the list */
  readonly own: readonly MuslReference[];
  /** what a lookup of each name meets first, where it takes it */
  readonly definitions: ReadonlyMap<string, MuslDefinition>;
}

const tables = new WeakMap<ElfObject, MuslSymbols>();

/** The references and definitions of an object; computed once and kept while the object lives. */
export function muslSymbolsOf(elf: ElfObject): MuslSymbols {
  let table = tables.get(elf);
  if (table === undefined) tables.set(elf, (table = toMuslSymbols(elf)));
  return table;
}

function toMuslSymbols(elf: ElfObject): MuslSymbols {
  const versions = new Map<number, Version>([
    ...elf.versions.requirements.map(({ index, name, file }) => [index, { version: name, file }] as const),
    ...elf.versions.definitions
      .filter(({ base }) => !base)
      .map(({ index, name }) => [index, { version: name, file: undefined }] as const),
  ]);
  const versionOf = (i: number): Version =>
    versions.get((elf.symbols.version[i] as number) & VERSION_INDEX) ?? NO_VERSION;
  const definitions = toDefinitions(elf, versionOf);
  const [references, own]: [MuslReference[], MuslReference[]] = [[], []];
  const { symbols } = elf;
  for (let i = 1; i < symbols.count; i += 1) {
    const uses = symbols.uses[i] as number;
    const name = nameAt(symbols.names, i);
    if (uses === 0 || symbols.binding[i] === STB_LOCAL) continue;
    const isCopy = (uses & USE_COPY) !== 0;
    const isDefined = symbols.section[i] !== SHN_UNDEF;
    const isOwn = isDefined && !isCopy && definitions.get(name)?.addressOnly === false;
    (isOwn ? own : references).push({
      name,
      ...versionOf(i),
      weak: !isDefined && symbols.binding[i] === STB_WEAK,
      eager: (uses & (USE_EAGER | USE_COPY)) !== 0,
      called: (uses & USE_LAZY) !== 0,
      isTls: symbols.type[i] === STT_TLS,
      copySize: isCopy ? symbols.size[i] : undefined,
      sort: sortOf(symbols.type[i] as number),
    });
  }
  return { references, own, definitions };
}

interface Version {
  readonly version: string | undefined;
  readonly file: string | undefined;
}

const NO_VERSION: Version = { version: undefined, file: undefined };

function toDefinitions(elf: ElfObject, versionOf: (i: number) => Version): Map<string, MuslDefinition> {
  const { symbols } = elf;
  const definitions = new Map<string, MuslDefinition>();
  const met = new Set<string>();
  for (let i = 1; i < symbols.count; i += 1) {
    const name = nameAt(symbols.names, i);
    const isDefined = symbols.section[i] !== SHN_UNDEF;
    const [value, type] = [symbols.value[i] as number, symbols.type[i] as number];
    if (((symbols.version[i] as number) & VERSION_HIDDEN) !== 0 || met.has(name)) continue;
    // An undefined symbol is in the hash table only as a program's PLT entry.
    if (!isDefined && value === 0) continue;
    // Only the first symbol of a name counts: where it will not do, the next object is asked.
    met.add(name);
    const isTls = type === STT_TLS;
    if (isTls ? !isDefined : value === 0) continue;
    if (!ACCEPTED_TYPES.has(type) || !ACCEPTED_BINDINGS.has(symbols.binding[i] as number)) continue;
    definitions.set(name, {
      version: versionOf(i).version,
      size: symbols.size[i] as number,
      sort: sortOf(type),
      isTls,
      addressOnly: !isDefined,
    });
  }
  return definitions;
}
