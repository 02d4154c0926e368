/**
 * How symbols are used: the dynamic relocations say which symbols are bound when an object is loaded, which at the first call of
 * a function, and which are copied into the program. A symbol that no relocation uses is never looked up.
 * gABI chapter 4, "Relocation"; the tables of DT_REL, DT_RELA and DT_JMPREL, which may overlap.
 */
import {
  DT_JMPREL,
  DT_MIPS_GOTSYM,
  DT_MIPS_SYMTABNO,
  DT_PLTREL,
  DT_PLTRELSZ,
  DT_REL,
  DT_RELA,
  DT_RELASZ,
  DT_RELSZ,
  type DynamicSection,
} from "./dynamic.js";
import type { ProgramHeader } from "./header.js";
import { EM_MIPS, EM_SPARCV9 } from "./machine-numbers.js";
import { bindingOf } from "./machines.js";
import { USE_COPY, USE_EAGER, USE_LAZY } from "./object.js";
import { malformed, readTable, type ElfReader } from "./reader.js";
import { toFileRange } from "./segments.js";
import { tlsUsesOf } from "./tls-relocations.js";

const USE = { eager: USE_EAGER, lazy: USE_LAZY, copy: USE_COPY } as const;

interface RelocationTable {
  readonly name: string;
  readonly offset: number;
  readonly length: number;
  readonly withAddend: boolean;
}

/** @param at offset in the file */
type Visit = (at: number, symbol: number, type: number) => void;

/**
 * Reads USE_* bits for each symbol. The null symbol has those of relocations that are about thread-local storage and name no symbol.
 *
 * @param uses all zero, one for each dynamic symbol: filled in
 */
export function readUses(
  reader: ElfReader,
  headers: readonly ProgramHeader[],
  dynamic: DynamicSection,
  machine: number,
  uses: Uint8Array,
): void {
  const count = uses.length;
  const tables = findTables(reader, headers, dynamic);
  const ofTls = tlsUsesOf(machine);
  const plt = tables.find(({ name }) => name === "DT_JMPREL");
  for (const table of tables) {
    forEachRelocation(reader, table, machine, (at, symbol, type) => {
      if (symbol >= count) throw malformed(`r_info names symbol ${symbol} of ${count}`, at, reader.source.size);
      if (type < ofTls.length) (uses[symbol] as number) |= ofTls[type] as number;
      if (symbol === 0) return;
      const binding = bindingOf(machine, type);
      // Only what DT_JMPREL covers waits for the first call; DT_RELA may cover it too, and then leaves it alone.
      const waits = plt !== undefined && at >= plt.offset && at < plt.offset + plt.length;
      (uses[symbol] as number) |= USE[binding === "lazy" && !waits ? "eager" : binding];
    });
  }
  if (machine === EM_MIPS) addGotUses(dynamic, uses);
}

/** The highest index of a symbol that a relocation names; 0 where none does. */
export function findLastSymbolUsed(
  reader: ElfReader,
  headers: readonly ProgramHeader[],
  dynamic: DynamicSection,
  machine: number,
): number {
  let last = 0;
  for (const table of findTables(reader, headers, dynamic)) {
    forEachRelocation(reader, table, machine, (_at, symbol) => {
      if (symbol > last) last = symbol;
    });
  }
  return last;
}

function findTables(
  reader: ElfReader,
  headers: readonly ProgramHeader[],
  dynamic: DynamicSection,
): readonly RelocationTable[] {
  const tables: RelocationTable[] = [];
  const ranges = [
    { start: DT_REL, size: DT_RELSZ, withAddend: false, name: "DT_REL" },
    { start: DT_RELA, size: DT_RELASZ, withAddend: true, name: "DT_RELA" },
    { start: DT_JMPREL, size: DT_PLTRELSZ, withAddend: dynamic.find(DT_PLTREL) === DT_RELA, name: "DT_JMPREL" },
  ];
  for (const { start, size, withAddend, name } of ranges) {
    const address = dynamic.findAddress(start);
    const length = dynamic.find(size) ?? 0;
    if (address === undefined || length === 0) continue;
    const { offset, available } = toFileRange(reader, headers, address, name);
    if (length > available) throw malformed(`${name} is larger than its segment`, offset, reader.source.size);
    tables.push({ name, offset, length, withAddend });
  }
  return tables;
}

/** The relocations of a table that name a symbol, or are about thread-local storage. */
function forEachRelocation(
  reader: ElfReader,
  { name, offset, length, withAddend }: RelocationTable,
  machine: number,
  visit: Visit,
): void {
  const wide = reader.class === 64;
  const size = (withAddend ? 3 : 2) * reader.wordSize;
  const table = readTable(reader, offset, length, name);
  const words = table.words();
  const ofTls = tlsUsesOf(machine);
  // r_info in words from an entry's start: of its two words the one with the symbol comes last where little ends come first.
  const info = reader.wordSize / 4;
  const [typeAt, symbolAt] = reader.littleEndian ? [info, info + 1] : [info + 1, info];
  for (let at = 0, word = 0; at + size <= length; at += size, word += size / 4) {
    let symbol: number;
    let type: number;
    if (!wide) {
      type = (words[word + info] as number) & 0xff;
      symbol = (words[word + info] as number) >>> 8;
    } else if (machine === EM_MIPS) {
      // r_sym, then three one-byte types packed after r_ssym: a structure of its own, whatever the endianness.
      symbol = words[word + info] as number;
      type = table.bytes[at + reader.wordSize + 7] as number;
    } else {
      type = words[word + typeAt] as number;
      symbol = words[word + symbolAt] as number;
      // SPARC V9 keeps data of its own above the low byte of the type.
      if (machine === EM_SPARCV9) type &= 0xff;
    }
    if (symbol !== 0 || (type < ofTls.length && ofTls[type] !== 0)) visit(offset + at, symbol, type);
  }
}

/** On MIPS the symbols from DT_MIPS_GOTSYM on have GOT entries, which the loader fills without any relocation. */
function addGotUses(dynamic: DynamicSection, uses: Uint8Array): void {
  const first = dynamic.find(DT_MIPS_GOTSYM);
  if (first === undefined) return;
  const end = Math.min(dynamic.find(DT_MIPS_SYMTABNO) ?? uses.length, uses.length);
  for (let symbol = first; symbol < end; symbol += 1) (uses[symbol] as number) |= USE_EAGER;
}
