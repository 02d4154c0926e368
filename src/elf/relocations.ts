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
import { USE_COPY, USE_EAGER, USE_LAZY, USE_OPTIONAL_TLS, USE_STATIC_TLS } from "./object.js";
import { malformed, readTable, type ElfReader } from "./reader.js";
import { toFileRange } from "./segments.js";
import { tlsNeedsOf } from "./tls-relocations.js";

const USE = { eager: USE_EAGER, lazy: USE_LAZY, copy: USE_COPY } as const;
const TLS_USE = { static: USE_STATIC_TLS, optional: USE_OPTIONAL_TLS } as const;

interface RelocationTable {
  readonly name: string;
  readonly offset: number;
  readonly length: number;
  readonly withAddend: boolean;
}

interface Relocation {
  /** offset in the file */
  readonly at: number;
  readonly symbol: number;
  readonly type: number;
}

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
  const needs = tlsNeedsOf(machine);
  const plt = tables.find(({ name }) => name === "DT_JMPREL");
  for (const table of tables) {
    forEachRelocation(reader, table, machine, ({ at, symbol, type }) => {
      if (symbol >= count) throw malformed(`r_info names symbol ${symbol} of ${count}`, at, reader.source.size);
      const need = needs.get(type);
      if (need !== undefined) (uses[symbol] as number) |= TLS_USE[need];
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
    forEachRelocation(reader, table, machine, ({ symbol }) => {
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
  visit: (relocation: Relocation) => void,
): void {
  const wide = reader.class === 64;
  const size = (withAddend ? 3 : 2) * reader.wordSize;
  const table = readTable(reader, offset, length, name);
  const needs = tlsNeedsOf(machine);
  for (let at = 0; at + size <= length; at += size) {
    const info = at + reader.wordSize;
    let symbol: number;
    let type: number;
    if (!wide) {
      const word = table.word(info);
      symbol = word >>> 8;
      type = word & 0xff;
    } else if (machine === EM_MIPS) {
      // r_sym, then three one-byte types packed after r_ssym: a structure of its own, whatever the endianness.
      symbol = table.word(info);
      type = table.bytes[info + 7] as number;
    } else {
      type = table.word(reader.littleEndian ? info : info + 4);
      symbol = table.word(reader.littleEndian ? info + 4 : info);
      // SPARC V9 keeps data of its own above the low byte of the type.
      if (machine === EM_SPARCV9) type &= 0xff;
    }
    if (symbol !== 0 || needs.has(type)) visit({ at: offset + at, symbol, type });
  }
}

/** On MIPS the symbols from DT_MIPS_GOTSYM on have GOT entries, which the loader fills without any relocation. */
function addGotUses(dynamic: DynamicSection, uses: Uint8Array): void {
  const first = dynamic.find(DT_MIPS_GOTSYM);
  if (first === undefined) return;
  const end = Math.min(dynamic.find(DT_MIPS_SYMTABNO) ?? uses.length, uses.length);
  for (let symbol = first; symbol < end; symbol += 1) (uses[symbol] as number) |= USE_EAGER;
}
