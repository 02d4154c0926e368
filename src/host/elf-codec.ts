/**
 * ELF objects as JSON, so that a host's profile can be carried to another machine and answer there as the host would. Everything
 * is plain data already but the symbol columns, which become base64 of little-endian arrays.
 */
import { z } from "../schema.js";
import type { DynamicSymbols, ElfObject } from "../elf/object.js";

const base64 = z.string();

/** Bytes of one value of each column. */
const WIDTHS = { binding: 1, type: 1, visibility: 1, section: 2, value: 8, size: 8, version: 2, uses: 1 } as const;

const symbolsSchema = z
  .object({
    names: z.array(z.string()),
    binding: base64,
    type: base64,
    visibility: base64,
    section: base64,
    value: base64,
    size: base64,
    version: base64,
    uses: base64,
  })
  .refine(
    ({ names, ...columns }) =>
      Object.entries(WIDTHS).every(
        ([key, width]) => Buffer.byteLength(columns[key as keyof typeof WIDTHS], "base64") === width * names.length,
      ),
    { error: "the columns of its symbols do not have the same number of rows" },
  );

export const elfSchema = z.object({
  class: z.union([z.literal(32), z.literal(64)]),
  data: z.enum(["little", "big"]),
  machine: z.int(),
  type: z.int(),
  flags: z.int(),
  osAbi: z.int(),
  abiVersion: z.int(),
  header: z.object({ versionOk: z.boolean(), paddingOk: z.boolean(), programHeaderSizeOk: z.boolean() }),
  segments: z.object({ loads: z.int(), loadsAligned: z.boolean(), dynamic: z.enum(["absent", "empty", "present"]) }),
  interp: z.string().exactOptional(),
  needed: z.array(z.string()),
  soname: z.string().exactOptional(),
  rpath: z.string().exactOptional(),
  runpath: z.string().exactOptional(),
  auxiliary: z.array(z.string()),
  filter: z.array(z.string()),
  dynamicFlags: z.number(),
  dynamicFlags1: z.number(),
  bindNow: z.boolean(),
  symbolic: z.boolean(),
  relr: z.boolean(),
  versions: z.object({
    hasSymbols: z.boolean(),
    hasRequirements: z.boolean(),
    hasDefinitions: z.boolean(),
    requirements: z.array(z.object({ file: z.string(), name: z.string(), weak: z.boolean(), index: z.int() })),
    definitions: z.array(
      z.object({
        name: z.string(),
        parents: z.array(z.string()),
        base: z.boolean(),
        weak: z.boolean(),
        index: z.int(),
      }),
    ),
  }),
  symbols: symbolsSchema,
  tls: z.object({ size: z.number(), alignment: z.number() }).exactOptional(),
  stack: z.enum(["executable", "plain", "unmarked"]),
  notes: z.object({
    abiTag: z.object({ os: z.int(), kernel: z.tuple([z.int(), z.int(), z.int()]) }).exactOptional(),
    buildId: z.string().exactOptional(),
    properties: z.array(z.object({ type: z.number(), value: z.number() })),
    dlopen: z.array(z.string()),
  }),
});

export type EncodedElf = z.infer<typeof elfSchema>;

export function encodeElf(elf: ElfObject): EncodedElf {
  // The plain part is a JSON copy of itself; only the columns have another form.
  const { symbols, ...plain } = elf;
  return { ...(structuredClone(plain) as Omit<EncodedElf, "symbols">), symbols: encodeSymbols(symbols) };
}

export function decodeElf(encoded: EncodedElf): ElfObject {
  return { ...encoded, symbols: decodeSymbols(encoded.symbols) };
}

function encodeSymbols(symbols: DynamicSymbols): EncodedElf["symbols"] {
  const { names, binding, type, visibility, section, value, size, version, uses } = symbols;
  return {
    names: [...names],
    binding: toBase64(binding),
    type: toBase64(type),
    visibility: toBase64(visibility),
    section: toBase64(section),
    value: toBase64(value),
    size: toBase64(size),
    version: toBase64(version),
    uses: toBase64(uses),
  };
}

function decodeSymbols(encoded: EncodedElf["symbols"]): DynamicSymbols {
  const count = encoded.names.length;
  const bytes = (text: string): ArrayBuffer => new Uint8Array(Buffer.from(text, "base64")).buffer;
  return {
    count,
    names: encoded.names,
    binding: new Uint8Array(bytes(encoded.binding)),
    type: new Uint8Array(bytes(encoded.type)),
    visibility: new Uint8Array(bytes(encoded.visibility)),
    section: new Uint16Array(bytes(encoded.section)),
    value: new Float64Array(bytes(encoded.value)),
    size: new Float64Array(bytes(encoded.size)),
    version: new Uint16Array(bytes(encoded.version)),
    uses: new Uint8Array(bytes(encoded.uses)),
  };
}

function toBase64(column: Uint8Array | Uint16Array | Float64Array): string {
  return Buffer.from(column.buffer, column.byteOffset, column.byteLength).toString("base64");
}
