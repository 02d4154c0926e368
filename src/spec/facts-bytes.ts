/** What was learned from a file about its needs, as a cache keeps it: the loader's facts in their own form, the rest as JSON. */
import { factsBytes } from "../loader/facts-bytes.js";
import type { NeedExtras, NeedFacts } from "./facts.js";

/** Raised with every change of what `needInspector` learns beyond the loader's facts. */
export const NEED_VERSION = 4;

interface Packed {
  readonly facts: unknown;
  readonly extras?: NeedExtras;
}

/** The codec of facts for a cache. */
export const needBytes = {
  pack({ extras, ...facts }: NeedFacts, add: (bytes: Uint8Array) => number): Packed {
    return { facts: factsBytes.pack(facts, add), ...(extras === undefined ? {} : { extras }) };
  },

  unpack(packed: unknown, buffer: ArrayBuffer): NeedFacts {
    const { facts, extras } = packed as Packed;
    return { ...factsBytes.unpack(facts, buffer), ...(extras === undefined ? {} : { extras }) };
  },
};
