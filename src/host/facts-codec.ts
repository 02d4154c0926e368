/**
 * What was learned from a file's content, as JSON: the loader of the host is simulated from it on a machine that has not the file.
 */
import type { FileFacts } from "../loader/facts.js";
import { z } from "../schema.js";
import { decodeElf, elfSchema, encodeElf } from "./elf-codec.js";

const libcStringsSchema = z.object({
  family: z.enum(["glibc", "musl"]).describe("which C library says so"),
  version: z.string().exactOptional().describe("its release"),
  cachePath: z.string().exactOptional().describe("where the loader looks for its cache"),
  defaultFolders: z.array(z.string()).exactOptional().describe("folders that the loader searches last, in order"),
});

export const factsSchema = z
  .discriminatedUnion("kind", [
    z.object({
      kind: z.literal("elf").describe("an ELF file"),
      elf: elfSchema.describe("what the loader reads in it"),
      strings: libcStringsSchema.exactOptional().describe("what a C library or its loader says of itself"),
      texts: z
        .array(z.string())
        .exactOptional()
        .describe("what a library of MPI, a GPU's driver or a network says of its release, byte strings"),
    }),
    z.object({
      kind: z.literal("broken-elf").describe("starts as an ELF file and contradicts itself"),
      problem: z.string().describe("what is wrong in it"),
    }),
    z.object({
      kind: z.literal("data").describe("a text or a cache that the loader reads"),
      base64: z.string().describe("its content"),
    }),
    z.object({ kind: z.literal("other").describe("something else, whose content does not matter") }),
    z.object({
      kind: z.literal("unread").describe("its content could not be had"),
      reason: z.string().describe("why not"),
    }),
  ])
  .describe("what was learned from the content");

type EncodedFacts = z.infer<typeof factsSchema>;

/** Facts as JSON. */
export function encodeFacts(facts: FileFacts): EncodedFacts {
  switch (facts.kind) {
    case "elf":
      return {
        kind: "elf",
        elf: encodeElf(facts.elf),
        ...(facts.strings === undefined
          ? {}
          : { strings: structuredClone(facts.strings) as z.infer<typeof libcStringsSchema> }),
        ...(facts.texts === undefined ? {} : { texts: [...facts.texts] }),
      };
    case "data":
      return { kind: "data", base64: Buffer.from(facts.bytes).toString("base64") };
    default:
      return { ...facts };
  }
}

/** The facts that JSON says, after `factsSchema`. */
export function decodeFacts(facts: EncodedFacts): FileFacts {
  switch (facts.kind) {
    case "elf":
      return {
        kind: "elf",
        elf: decodeElf(facts.elf),
        ...(facts.strings === undefined ? {} : { strings: facts.strings }),
        ...(facts.texts === undefined ? {} : { texts: facts.texts }),
      };
    case "data":
      return { kind: "data", bytes: new Uint8Array(Buffer.from(facts.base64, "base64")) };
    default:
      return facts;
  }
}
