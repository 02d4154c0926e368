/** The dynamic symbol table of a file in the making: in what order symbols stand, and what each record says. */
import type { ByteWriter } from "./elf-bytes.js";
import type { SymbolDescription, Use } from "./elf-description.js";
import { gnuBuckets, gnuHash } from "./elf-hash.js";
import type { StringTableWriter } from "./elf-strings.js";

const BINDING = { local: 0, global: 1, weak: 2, unique: 10 } as const;
const TYPE = { notype: 0, object: 1, func: 2, common: 5, tls: 6, ifunc: 10 } as const;
const VISIBILITY = { default: 0, internal: 1, hidden: 2, protected: 3 } as const;
const SHN_UNDEF = 0;
const SHN_ABS = 0xfff1;

/** Bytes that the builder gives each symbol in .text, .data or .tbss. */
export const SYMBOL_ROOM = 16;

export function isDefined(symbol: SymbolDescription): boolean {
  return symbol.defined ?? (symbol.from === undefined || usesOf(symbol).includes("copy"));
}

export function usesOf(symbol: SymbolDescription): readonly Use[] {
  if (symbol.uses !== undefined) return symbol.uses;
  const isUndefined = !(symbol.defined ?? symbol.from === undefined);
  if (!isUndefined) return [];
  return [(symbol.type ?? "func") === "func" ? "lazy" : "eager"];
}

/** The section that holds a definition. */
function homeOf(symbol: SymbolDescription): SymbolPlace["section"] | undefined {
  if (!isDefined(symbol) || symbol.absolute === true) return undefined;
  const type = symbol.type ?? "func";
  if (type === "tls") return ".tbss";
  return type === "func" || type === "ifunc" ? ".text" : ".data";
}

export interface SymbolOrder {
  /** from index 1 on: locals, then undefined symbols, then definitions as DT_GNU_HASH wants them */
  readonly symbols: readonly SymbolDescription[];
  /** index of the first symbol that is not local: sh_info */
  readonly firstGlobal: number;
  /** index of the first definition that a loader may find */
  readonly firstDefined: number;
}

export function orderSymbols(symbols: readonly SymbolDescription[]): SymbolOrder {
  const locals = symbols.filter(({ binding }) => binding === "local");
  const others = symbols.filter(({ binding }) => binding !== "local");
  const needed = others.filter((symbol) => !isDefined(symbol));
  const defined = others.filter(isDefined);
  const buckets = gnuBuckets(defined.length);
  const bucketOf = ({ name }: SymbolDescription): number => gnuHash(name) % buckets;
  defined.sort((left, right) => bucketOf(left) - bucketOf(right));
  return {
    symbols: [...locals, ...needed, ...defined],
    firstGlobal: locals.length + 1,
    firstDefined: locals.length + needed.length + 1,
  };
}

export interface SymbolPlace {
  readonly section: ".text" | ".data" | ".tbss";
  /** in that section */
  readonly offset: number;
}

/** A place of SYMBOL_ROOM bytes for each definition; undefined symbols and absolute ones have none. */
export function placeSymbols(symbols: readonly SymbolDescription[]): readonly (SymbolPlace | undefined)[] {
  const used = { ".text": 0, ".data": 0, ".tbss": 0 };
  return symbols.map((symbol) => {
    const section = homeOf(symbol);
    if (section === undefined) return undefined;
    const offset = used[section];
    used[section] += SYMBOL_ROOM;
    return { section, offset };
  });
}

/** Where the builder put sections. */
export interface SectionPlaces {
  addressOf(section: string): number;
  sizeOf(section: string): number;
  /** index of its section header */
  indexOf(section: string): number;
}

export function writeSymbols(
  writer: ByteWriter,
  symbols: readonly SymbolDescription[],
  strings: StringTableWriter,
  places: SectionPlaces,
): void {
  const placed = placeSymbols(symbols);
  writer.zeros(writer.wordSize === 8 ? 24 : 16);
  symbols.forEach((symbol, i) => {
    const place = placed[i];
    const name = strings.add(symbol.name);
    const info = (BINDING[symbol.binding ?? "global"] << 4) | TYPE[symbol.type ?? "func"];
    const other = VISIBILITY[symbol.visibility ?? "default"];
    const section =
      symbol.absolute === true ? SHN_ABS : place === undefined ? SHN_UNDEF : places.indexOf(place.section);
    const value = symbol.value ?? (place === undefined ? 0 : toValue(place, places));
    const size = symbol.size ?? (place === undefined ? 0 : 8);
    if (writer.wordSize === 8) writer.word(name).byte(info).byte(other).half(section).address(value).address(size);
    else writer.word(name).address(value).address(size).byte(info).byte(other).half(section);
  });
}

/** An address; for a TLS symbol the offset in its segment. */
function toValue({ section, offset }: SymbolPlace, places: SectionPlaces): number {
  return section === ".tbss" ? offset : places.addressOf(section) + offset;
}
