/**
 * Symbol versioning: the versions that a file requires of others (DT_VERNEED) and those that it defines (DT_VERDEF). Both are
 * chains of records that link to the next by relative offsets; a chain here always moves forward, so it ends.
 * LSB Core, "Symbol Versioning".
 */
import type { DynamicSection } from "./dynamic.js";
import { DT_VERDEF, DT_VERDEFNUM, DT_VERNEED, DT_VERNEEDNUM, DT_VERSYM } from "./dynamic.js";
import type { ProgramHeader } from "./header.js";
import type { SymbolVersions, VersionDefinition, VersionRequirement } from "./object.js";
import { createGrowingTable, malformed, type ElfReader, type ElfTable, type GrowingTable } from "./reader.js";
import { toFileRange } from "./segments.js";
import type { StringTable } from "./strings.js";

const VER_FLG_BASE = 1;
const VER_FLG_WEAK = 2;
const VERSION_INDEX = 0x7fff;
const RECORD = { verneed: 16, vernaux: 16, verdef: 20, verdaux: 8 } as const;

/** DT_VERNEED and DT_VERDEF of a file. */
export function readVersions(
  reader: ElfReader,
  headers: readonly ProgramHeader[],
  dynamic: DynamicSection,
  strings: StringTable,
): SymbolVersions {
  return {
    hasSymbols: dynamic.find(DT_VERSYM) !== undefined,
    hasRequirements: dynamic.find(DT_VERNEED) !== undefined,
    hasDefinitions: dynamic.find(DT_VERDEF) !== undefined,
    requirements: [...readRequirements(reader, headers, dynamic, strings)],
    definitions: [...readDefinitions(reader, headers, dynamic, strings)],
  };
}

function* readRequirements(
  reader: ElfReader,
  headers: readonly ProgramHeader[],
  dynamic: DynamicSection,
  strings: StringTable,
): Generator<VersionRequirement> {
  const growing = findTable(reader, headers, dynamic.find(DT_VERNEED), "DT_VERNEED");
  if (growing === undefined) return;
  const limit = dynamic.find(DT_VERNEEDNUM) ?? Infinity;
  for (const { at, table } of chain(growing, 0, RECORD.verneed, limit, "vn_next")) {
    const file = strings.get(table.word(at + 4), "vn_file");
    const first = at + table.word(at + 8);
    for (const aux of chain(growing, first, RECORD.vernaux, table.half(at + 2), "vna_next")) {
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
  const growing = findTable(reader, headers, dynamic.find(DT_VERDEF), "DT_VERDEF");
  if (growing === undefined) return;
  const limit = dynamic.find(DT_VERDEFNUM) ?? Infinity;
  for (const { at, table } of chain(growing, 0, RECORD.verdef, limit, "vd_next")) {
    const flags = table.half(at + 2);
    const names: string[] = [];
    for (const aux of chain(growing, at + table.word(at + 12), RECORD.verdaux, table.half(at + 6), "vd_aux")) {
      names.push(strings.get(aux.table.word(aux.at), "vda_name"));
    }
    const [name, ...parents] = names;
    if (name === undefined)
      throw malformed("vd_cnt says that a version has no name", growing.offset + at, reader.source.size);
    yield {
      name,
      parents,
      base: (flags & VER_FLG_BASE) !== 0,
      weak: (flags & VER_FLG_WEAK) !== 0,
      index: table.half(at + 4) & VERSION_INDEX,
    };
  }
}

function findTable(
  reader: ElfReader,
  headers: readonly ProgramHeader[],
  address: number | undefined,
  field: string,
): GrowingTable | undefined {
  if (address === undefined) return undefined;
  const { offset, available } = toFileRange(reader, headers, address, field);
  return createGrowingTable(reader, offset, available);
}

/** The records of a chain: each links to the next by a relative offset in its last word, zero at the end. */
function* chain(
  growing: GrowingTable,
  start: number,
  recordSize: number,
  limit: number,
  field: string,
): Generator<{ readonly at: number; readonly table: ElfTable }> {
  let at = start;
  for (let i = 0; i < limit; i += 1) {
    const table = growing.upTo(at + recordSize, field);
    yield { at, table };
    const next = table.word(at + recordSize - 4);
    if (next === 0) return;
    at += next;
  }
}
