/**
 * LayerFacts as bytes: entries as JSON, which is fast to read, and the columns of their facts behind it, which need no reading at
 * all. Nothing is validated: whoever stores the bytes answers for getting the same ones back.
 */
import type { FileInspector } from "./inspector.js";
import type { LayerEntry, LayerFacts, LayerRemark } from "./layer-facts.js";
import type { FactsCodec } from "./layer-store.js";

const WORD = 8;

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

export function packLayer<Facts>(
  { facts: { entries, remarks }, memory }: KeptLayer<Facts>,
  codec: FactsCodec<Facts>,
  { skipped }: FileInspector<Facts>,
): Uint8Array {
  const columns: Uint8Array[] = [];
  let size = 0;
  function add(bytes: Uint8Array): number {
    const at = size;
    columns.push(bytes, new Uint8Array(toPadding(bytes.length)));
    size += bytes.length + toPadding(bytes.length);
    return at;
  }
  const packed: Packed = {
    memory,
    remarks,
    entries: entries.map((entry) => {
      if (entry.kind !== "file") return entry;
      const { facts, ...rest } = entry;
      return facts === skipped ? rest : { ...rest, facts: codec.pack(facts, add) };
    }),
  };
  const json = Buffer.from(JSON.stringify(packed));
  const head = Buffer.alloc(WORD);
  head.writeDoubleLE(json.length);
  return Buffer.concat([head, json, new Uint8Array(toPadding(json.length)), ...columns]);
}

/** What `packLayer` was given. */
export function unpackLayer<Facts>(
  bytes: Uint8Array,
  codec: FactsCodec<Facts>,
  { skipped }: FileInspector<Facts>,
): KeptLayer<Facts> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = buffer.readDoubleLE();
  const packed = JSON.parse(buffer.toString("utf8", WORD, WORD + length)) as Packed;
  const start = WORD + length + toPadding(length);
  // A copy begins at a multiple of eight, as columns of numbers must.
  const columns = new Uint8Array(bytes.subarray(start)).buffer;
  const entries = packed.entries.map((entry): LayerEntry<Facts> => {
    if (entry.kind !== "file") return entry;
    return { ...entry, facts: "facts" in entry ? codec.unpack(entry.facts, columns) : skipped };
  });
  return { facts: { entries, remarks: packed.remarks }, memory: packed.memory };
}

function toPadding(length: number): number {
  return (WORD - (length % WORD)) % WORD;
}
