/**
 * What was learned from a file, in a form that is read back without looking at each value: JSON for what is small, and the symbol
 * table's columns as the bytes that they are. It is read on the machine that wrote it; a host's profile, which travels, has another.
 */
import type { DynamicSymbols, ElfObject } from "../elf/object.js";
import { bytesOfColumns, viewColumns } from "../elf/symbol-columns.js";
import type { FileFacts } from "./facts.js";

/** Raised with every change of what `fileInspector` learns from the same bytes, and of the form here. */
export const FACTS_VERSION = 5;

interface PackedSymbols {
  readonly count: number;
  /** where its columns begin */
  readonly at: number;
  /** where its names begin, and how many bytes they are */
  readonly namesAt: number;
  readonly nameBytes: number;
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
  const { count, names } = symbols;
  return { count, at: add(bytesOfColumns(symbols)), namesAt: add(names.bytes), nameBytes: names.bytes.length };
}

function unpackSymbols({ count, at, namesAt, nameBytes }: PackedSymbols, buffer: ArrayBuffer): DynamicSymbols {
  const columns = viewColumns(count, buffer, at);
  return { ...columns, names: { ...columns.names, bytes: Buffer.from(buffer, namesAt, nameBytes) } };
}
