/**
 * Symbol versioning: the versions that a file requires of others (DT_VERNEED) and those that it defines (DT_VERDEF). Both are
 * chains of records that link to the next by relative offsets; a chain here always moves forward, so it ends. As in glibc, a link
 * of zero ends a chain, and the counts of versions (DT_VERNEEDNUM, vn_cnt, DT_VERDEFNUM) are not asked.
 * LSB Core, "Symbol Versioning".
 */
import type { DynamicSection } from "./dynamic.js";
import { DT_VERDEF, DT_VERNEED, DT_VERSYM } from "./dynamic.js";
import type { ProgramHeader } from "./header.js";
import type { SymbolVersions, VersionDefinition, VersionRequirement } from "./object.js";
import {
  createGrowingTable,
  isMalformed,
  malformed,
  type Address,
  type ElfReader,
  type ElfTable,
  type GrowingTable,
} from "./reader.js";
import { toFileRange } from "./segments.js";
import type { StringTable } from "./strings.js";
import { VERSION_INDEX } from "./symbol-values.js";

const VER_FLG_BASE = 1;
const VER_FLG_WEAK = 2;
const RECORD = { verneed: 16, vernaux: 16, verdef: 20, verdaux: 8 } as const;
/** VER_NEED_CURRENT and VER_DEF_CURRENT */
const CURRENT = 1;
/** An index has 15 bits: a table with more records shares them between chains, and would take a small file to millions. */
const MAX_RECORDS = 0x10000;

/** DT_VERNEED and DT_VERDEF of a file. */
export function readVersions(
  reader: ElfReader,
  headers: readonly ProgramHeader[],
  dynamic: DynamicSection,
  strings: StringTable,
): SymbolVersions {
  return {
    ...withoutVersions(dynamic),
    requirements: [...readRequirements(reader, headers, dynamic, strings)],
    definitions: [...readDefinitions(reader, headers, dynamic, strings)],
  };
}

/** What the tags alone say: which tables there are. */
export function withoutVersions(dynamic: DynamicSection): SymbolVersions {
  return {
    hasSymbols: dynamic.find(DT_VERSYM) !== undefined,
    hasRequirements: dynamic.find(DT_VERNEED) !== undefined,
    hasDefinitions: dynamic.find(DT_VERDEF) !== undefined,
    requirements: [],
    definitions: [],
  };
}

function* readRequirements(
  reader: ElfReader,
  headers: readonly ProgramHeader[],
  dynamic: DynamicSection,
  strings: StringTable,
): Generator<VersionRequirement> {
  const growing = findTable(reader, headers, dynamic.findAddress(DT_VERNEED), "DT_VERNEED");
  if (growing === undefined) return;
  const chain = createChain(growing, reader.source.size);
  for (const { at, table } of chain(0, RECORD.verneed, "vn_next")) {
    checkCurrent(growing, at, table, "vn_version", reader.source.size);
    const file = strings.get(table.word(at + 4), "vn_file");
    for (const aux of chain(at + table.word(at + 8), RECORD.vernaux, "vna_next")) {
      yield {
        file,
        name: strings.get(aux.table.word(aux.at + 8), "vna_name"),
        weak: (aux.table.half(aux.at + 4) & VER_FLG_WEAK) !== 0,
        index: aux.table.half(aux.at + 6) & VERSION_INDEX,
      };
    }
  }
}

function* readDefinitions(
  reader: ElfReader,
  headers: readonly ProgramHeader[],
  dynamic: DynamicSection,
  strings: StringTable,
): Generator<VersionDefinition> {
  const growing = findTable(reader, headers, dynamic.findAddress(DT_VERDEF), "DT_VERDEF");
  if (growing === undefined) return;
  const chain = createChain(growing, reader.source.size);
  for (const { at, table } of chain(0, RECORD.verdef, "vd_next")) {
    checkCurrent(growing, at, table, "vd_version", reader.source.size);
    const flags = table.half(at + 2);
    // The first is the name, whatever vd_cnt says.
    const count = Math.max(1, table.half(at + 6));
    const names = readNames(chain(at + table.word(at + 12), RECORD.verdaux, "vd_aux", count), strings);
    yield {
      name: names.next().value as string,
      parents: readParents(names),
      base: (flags & VER_FLG_BASE) !== 0,
      weak: (flags & VER_FLG_WEAK) !== 0,
      index: table.half(at + 4) & VERSION_INDEX,
    };
  }
}

function* readNames(records: ReturnType<Chain>, strings: StringTable): Generator<string> {
  for (const { at, table } of records) yield strings.get(table.word(at), "vda_name");
}

/** The parents are for people: no loader reads them, and where they lead nowhere none are left. */
function readParents(names: Iterable<string>): readonly string[] {
  try {
    return [...names];
  } catch (error) {
    if (isMalformed(error)) return [];
    throw error;
  }
}

function findTable(
  reader: ElfReader,
  headers: readonly ProgramHeader[],
  address: Address | undefined,
  field: string,
): GrowingTable | undefined {
  if (address === undefined) return undefined;
  const { offset, available } = toFileRange(reader, headers, address, field);
  return createGrowingTable(reader, offset, available);
}

type Chain = (
  start: number,
  recordSize: number,
  field: string,
  limit?: number,
) => Generator<{ readonly at: number; readonly table: ElfTable }>;

/** The records of a table's chains: each links to the next by a relative offset in its last word, zero at the end. */
function createChain(growing: GrowingTable, fileSize: number): Chain {
  let records = 0;
  return function* (start, recordSize, field, limit = Infinity) {
    let at = start;
    for (let i = 0; i < limit; i += 1) {
      records += 1;
      if (records > MAX_RECORDS) throw malformed(`${field} leads to too many records`, growing.offset + at, fileSize);
      const table = growing.upTo(at + recordSize, field);
      yield { at, table };
      const next = table.word(at + recordSize - 4);
      if (next === 0) return;
      at += next;
    }
  };
}

function checkCurrent(growing: GrowingTable, at: number, table: ElfTable, field: string, fileSize: number): void {
  const version = table.half(at);
  if (version !== CURRENT)
    throw malformed(`${field} is ${version}, expected ${CURRENT}`, growing.offset + at, fileSize);
}
