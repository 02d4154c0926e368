/**
 * The dynamic symbol table. No tag says how long it is: DT_HASH counts its chains, DT_GNU_HASH has to be walked to the end of
 * its last chain, and MIPS has a tag of its own. Where the hash table finds no definition it counts nothing either: then the
 * table is as long as the relocations use it. gABI chapters 4 and 5, "Symbol Table" and "Hash Table"; for DT_GNU_HASH
 * binutils' bfd/elflink.c and glibc's elf/dl-lookup.c.
 */
import { DT_GNU_HASH, DT_HASH, DT_MIPS_SYMTABNO, DT_SYMTAB, DT_VERSYM, type DynamicSection } from "./dynamic.js";
import type { ProgramHeader } from "./header.js";
import { hashEntrySize } from "./machines.js";
import type { DynamicSymbols } from "./object.js";
import {
  createGrowingTable,
  ElfTable,
  malformed,
  readLasting,
  readTable,
  toXword,
  type Address,
  type ElfReader,
} from "./reader.js";
import { findLastSymbolUsed, readUses } from "./relocations.js";
import { toFileRange } from "./segments.js";
import type { StringTable } from "./strings.js";
import { createColumns } from "./symbol-columns.js";
import { createNameWriter } from "./symbol-names.js";
import { SHN_UNDEF } from "./symbol-values.js";

const NO_NAME = new Uint8Array(1);

/** What a file has that has no symbols. */
export const NO_SYMBOLS: DynamicSymbols = noSymbols();

function noSymbols(): DynamicSymbols {
  const columns = createColumns(0);
  return { ...columns, names: { ...columns.names, bytes: Buffer.alloc(0) } };
}

/**
 * The symbols of a file, with the versions that DT_VERSYM gives them and the uses that relocations make of them. The name of one
 * that no relocation uses and no lookup can come to may be anything: no loader reads it.
 */
export function readSymbols(
  reader: ElfReader,
  headers: readonly ProgramHeader[],
  dynamic: DynamicSection,
  machine: number,
  strings: StringTable,
): DynamicSymbols {
  const address = dynamic.findAddress(DT_SYMTAB);
  const count = address === undefined ? 0 : countSymbols(reader, headers, dynamic, machine);
  if (address === undefined || count === 0) return NO_SYMBOLS;
  const wide = reader.class === 64;
  const size = wide ? 24 : 16;
  const range = toFileRange(reader, headers, address, "DT_SYMTAB");
  if (count * size > range.available)
    throw malformed(`DT_SYMTAB would have ${count} symbols`, range.offset, reader.source.size);
  const columns = createColumns(count);
  const { uses } = columns;
  readUses(reader, headers, dynamic, machine, uses);
  const names = createNameWriter(columns.names, strings.size);
  // In DT_HASH a lookup compares the name of every definition that it meets; in DT_GNU_HASH it compares numbers first.
  const isGnu = dynamic.findAddress(DT_GNU_HASH) !== undefined;
  // The string table may read on between two symbols.
  const bytes = readLasting(reader, range.offset, count * size, "DT_SYMTAB");
  const table = new ElfTable(reader, bytes);
  const [halves, words] = [table.halves(), table.words()];
  for (let i = 0; i < count; i += 1) {
    const at = i * size;
    const word = at / 4;
    const info = bytes[at + (wide ? 4 : 12)] as number;
    const section = halves[at / 2 + (wide ? 3 : 7)] as number;
    const value = wide ? toXword(reader, words, word + 2) : (words[word + 1] as number);
    columns.binding[i] = info >> 4;
    columns.type[i] = info & 0xf;
    columns.visibility[i] = (bytes[at + (wide ? 5 : 13)] as number) & 3;
    columns.section[i] = section;
    columns.value[i] = value;
    columns.size[i] = wide ? toXword(reader, words, word + 4) : (words[word + 2] as number);
    const name = words[word] as number;
    if (strings.append(names, name, "st_name")) continue;
    const isAsked = uses[i] !== 0 || (!isGnu && (section !== SHN_UNDEF || value !== 0));
    if (isAsked) throw malformed("st_name points outside the string table", name, reader.source.size);
    names.add(NO_NAME, 0);
  }
  readVersionIndices(reader, headers, dynamic, columns.version);
  return { ...columns, names: { ...columns.names, bytes: names.finish() } };
}

function readVersionIndices(
  reader: ElfReader,
  headers: readonly ProgramHeader[],
  dynamic: DynamicSection,
  version: Uint16Array,
): void {
  const address = dynamic.findAddress(DT_VERSYM);
  if (address === undefined) return;
  const range = toFileRange(reader, headers, address, "DT_VERSYM");
  if (version.length * 2 > range.available)
    throw malformed("DT_VERSYM is shorter than the symbol table", range.offset, reader.source.size);
  version.set(readTable(reader, range.offset, version.length * 2, "DT_VERSYM").halves());
}

/** How many symbols DT_SYMTAB has, the null symbol included. */
function countSymbols(
  reader: ElfReader,
  headers: readonly ProgramHeader[],
  dynamic: DynamicSection,
  machine: number,
): number {
  const hash = dynamic.findAddress(DT_HASH);
  if (hash !== undefined) {
    const { offset } = toFileRange(reader, headers, hash, "DT_HASH");
    const size = hashEntrySize(machine, reader.class);
    const table = readTable(reader, offset, 2 * size, "DT_HASH");
    return size === 8 ? table.xword(size) : table.word(size);
  }
  const gnuHash = dynamic.findAddress(DT_GNU_HASH);
  const counted = gnuHash === undefined ? undefined : countByGnuHash(reader, headers, gnuHash);
  return counted ?? dynamic.find(DT_MIPS_SYMTABNO) ?? findLastSymbolUsed(reader, headers, dynamic, machine) + 1;
}

/**
 * DT_GNU_HASH: nbuckets, symoffset, bloom size and shift; the bloom filter; the buckets; then one word for each symbol from
 * symoffset on, whose lowest bit ends a chain. The last symbol is at the end of the chain that starts last. Where nothing is
 * defined there is no chain, and nothing to count: GNU ld then writes a symoffset of 1, however many symbols there are.
 */
function countByGnuHash(reader: ElfReader, headers: readonly ProgramHeader[], address: Address): number | undefined {
  const { offset, available } = toFileRange(reader, headers, address, "DT_GNU_HASH");
  const head = readTable(reader, offset, 16, "DT_GNU_HASH");
  const [buckets, first, bloom] = [head.word(0), head.word(4), head.word(8)];
  const bucketsAt = 16 + bloom * reader.wordSize;
  const chainsAt = bucketsAt + buckets * 4;
  if (chainsAt > available) throw malformed("DT_GNU_HASH is larger than its segment", offset, reader.source.size);
  const bucketTable = readTable(reader, offset + bucketsAt, buckets * 4, "DT_GNU_HASH buckets");
  let last = 0;
  for (const symbol of bucketTable.words()) last = Math.max(last, symbol);
  if (last < first) return undefined;
  const lastAt = chainsAt + 4 * (last - first);
  const chain = createGrowingTable(reader, offset + lastAt, available - lastAt);
  for (let symbol = last; ; symbol += 1) {
    const at = 4 * (symbol - last);
    if ((chain.upTo(at + 4, "DT_GNU_HASH chain").word(at) & 1) === 1) return symbol + 1;
  }
}
