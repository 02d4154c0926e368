/** LayerFacts as bytes for a cache: what a layer's entries are as plain data, and the large parts of their facts as columns. */
import { packColumns, unpackColumns } from "./columns.js";
import type { FileInspector } from "./inspector.js";
import type { LayerEntry, LayerFacts, LayerRemark } from "./layer-facts.js";
import type { FactsCodec } from "./layer-store.js";

/** A layer's facts, and what keeping them counts as. */
export interface KeptLayer<Facts> {
  readonly facts: LayerFacts<Facts>;
  /** bytes of memory that the limit of that name was charged with */
  readonly memory: number;
}

interface Packed {
  readonly memory: number;
  readonly remarks: readonly LayerRemark[];
  /** files without `facts` are those that nobody wanted to read */
  readonly entries: readonly (LayerEntry<unknown> | Omit<Extract<LayerEntry<unknown>, { kind: "file" }>, "facts">)[];
}

/** @returns undefined for a layer that is too large to be kept */
export function packLayer<Facts>(
  { facts: { entries, remarks }, memory }: KeptLayer<Facts>,
  codec: FactsCodec<Facts>,
  { skipped }: FileInspector<Facts>,
): Uint8Array | undefined {
  return packColumns((add): Packed => ({
    memory,
    remarks,
    entries: entries.map((entry) => {
      if (entry.kind !== "file") return entry;
      const { facts, ...rest } = entry;
      return facts === skipped ? rest : { ...rest, facts: codec.pack(facts, add) };
    }),
  }));
}

/** What `packLayer` was given. */
export function unpackLayer<Facts>(
  bytes: Uint8Array,
  codec: FactsCodec<Facts>,
  { skipped }: FileInspector<Facts>,
): KeptLayer<Facts> {
  const { data, columns } = unpackColumns(bytes);
  const { memory, remarks, entries } = data as Packed;
  return {
    memory,
    facts: {
      remarks,
      entries: entries.map((entry): LayerEntry<Facts> => {
        if (entry.kind !== "file") return entry;
        return { ...entry, facts: "facts" in entry ? codec.unpack(entry.facts, columns) : skipped };
      }),
    },
  };
}
