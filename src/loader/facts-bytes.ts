/**
 * What was learned from a file, in a form that is read back without looking at each value: JSON for what is small, and the symbol
 * table's columns as the bytes that they are. It is read on the machine that wrote it; a host's profile, which travels, has another.
 */
import type { DynamicSymbols, ElfObject } from "../elf/object.js";
import type { FileFacts } from "./facts.js";

/** Raised with every change of what `fileInspector` learns from the same bytes, and of the form here. */
export const FACTS_VERSION = 4;

/** Between names, none of which has one. */
const NUL = "\0";

interface PackedSymbols {
  readonly count: number;
  /** bytes of all names, with a NUL between two */
  readonly nameBytes: number;
  /** where its columns begin */
  readonly at: readonly number[];
}

type PackedFacts =
  | (Omit<Extract<FileFacts, { kind: "elf" }>, "elf"> & {
      readonly elf: Omit<ElfObject, "symbols">;
      readonly symbols: PackedSymbols;
    })
  | { readonly kind: "data"; readonly at: number; readonly size: number }
  | Exclude<FileFacts, { kind: "elf" | "data" }>;

/** The codec of facts for a cache. */
export const factsBytes = {
  pack(facts: FileFacts, add: (bytes: Uint8Array) => number): PackedFacts {
    if (facts.kind === "data") return { kind: "data", at: add(facts.bytes), size: facts.bytes.length };
    if (facts.kind !== "elf") return facts;
    const { elf, ...rest } = facts;
    const { symbols, ...plain } = elf;
    return { ...rest, elf: plain, symbols: packSymbols(symbols, add) };
  },

  unpack(packed: unknown, buffer: ArrayBuffer): FileFacts {
    const facts = packed as PackedFacts;
    if (facts.kind === "data") return { kind: "data", bytes: new Uint8Array(buffer, facts.at, facts.size) };
    if (facts.kind !== "elf") return facts;
    const { symbols, elf, ...rest } = facts;
    return { ...rest, elf: { ...elf, symbols: unpackSymbols(symbols, buffer) } };
  },
};

function packSymbols(symbols: DynamicSymbols, add: (bytes: Uint8Array) => number): PackedSymbols {
  const { count, value, size, section, version, binding, type, visibility, uses } = symbols;
  const names = Buffer.from(symbols.names.join(NUL), "latin1");
  const columns = [names, value, size, section, version, binding, type, visibility, uses];
  return {
    count,
    nameBytes: names.length,
    at: columns.map((column) => add(new Uint8Array(column.buffer, column.byteOffset, column.byteLength))),
  };
}

function unpackSymbols({ count, nameBytes, at }: PackedSymbols, buffer: ArrayBuffer): DynamicSymbols {
  const [names, value, size, section, version, binding, type, visibility, uses] = at;
  return {
    count,
    names: count === 0 ? [] : Buffer.from(buffer, names, nameBytes).toString("latin1").split(NUL),
    value: new Float64Array(buffer, value, count),
    size: new Float64Array(buffer, size, count),
    section: new Uint16Array(buffer, section, count),
    version: new Uint16Array(buffer, version, count),
    binding: new Uint8Array(buffer, binding, count),
    type: new Uint8Array(buffer, type, count),
    visibility: new Uint8Array(buffer, visibility, count),
    uses: new Uint8Array(buffer, uses, count),
  };
}
