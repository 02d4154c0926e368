/**
 * ELF objects as JSON, so that a host's profile can be carried to another machine and answer there as the host would. Everything
 * is plain data already but the symbol columns, which become base64 of little-endian arrays.
 */
import { z } from "../schema.js";
import type { DynamicSymbols, ElfObject } from "../elf/object.js";
import { createColumns } from "../elf/symbol-columns.js";
import { createNameWriter, listNames } from "../elf/symbol-names.js";

const base64 = (what: string) => z.string().describe(`${what}, base64`);

/** Bytes of one value of each column. */
const WIDTHS = { binding: 1, type: 1, visibility: 1, section: 2, value: 8, size: 8, version: 2, uses: 1 } as const;

const symbolsSchema = z
  .object({
    names: z.array(z.string()).describe("one name a symbol; the other fields are columns with one value a symbol"),
    binding: base64("STB_* of each, a byte"),
    type: base64("STT_* of each, a byte"),
    visibility: base64("STV_* of each, a byte"),
    section: base64("st_shndx of each, two bytes, little-endian"),
    value: base64("st_value of each, a little-endian double"),
    size: base64("st_size of each, a little-endian double"),
    version: base64("DT_VERSYM entry of each, two bytes, little-endian"),
    uses: base64(
      "how relocations use each, a byte: 1 eagerly, 2 lazily, 4 by a copy, 8 as static thread-local data, 16 the same if there is room",
    ),
  })
  .refine(
    ({ names, ...columns }) =>
      Object.entries(WIDTHS).every(
        ([key, width]) => Buffer.byteLength(columns[key as keyof typeof WIDTHS], "base64") === width * names.length,
      ),
    { error: "the columns of its symbols do not have the same number of rows" },
  )
  .describe("the dynamic symbols, in columns");

const headerSchema = z.object({
  versionOk: z.boolean().describe("EI_VERSION and e_version are 1"),
  paddingOk: z.boolean().describe("the padding of e_ident is zero"),
  programHeaderSizeOk: z.boolean().describe("e_phentsize is that of the class"),
});

const segmentsSchema = z.object({
  loads: z.int().describe("number of PT_LOAD segments"),
  loadsAligned: z.boolean().describe("addresses and offsets of all PT_LOAD segments agree"),
  dynamic: z.enum(["absent", "empty", "present"]).describe("PT_DYNAMIC"),
});

const requirementSchema = z.object({
  file: z.string().describe("vn_file: the library that shall define the version"),
  name: z.string().describe("vna_name"),
  weak: z.boolean().describe("VER_FLG_WEAK"),
  index: z.int().describe("vna_other"),
});

const definitionSchema = z.object({
  name: z.string().describe("vda_name of the first entry"),
  parents: z.array(z.string()).describe("vda_name of the others"),
  base: z.boolean().describe("VER_FLG_BASE"),
  weak: z.boolean().describe("VER_FLG_WEAK"),
  index: z.int().describe("vd_ndx"),
});

const versionsSchema = z.object({
  hasSymbols: z.boolean().describe("DT_VERSYM is there"),
  hasRequirements: z.boolean().describe("DT_VERNEED is there"),
  hasDefinitions: z.boolean().describe("DT_VERDEF is there"),
  requirements: z.array(requirementSchema).describe("DT_VERNEED"),
  definitions: z.array(definitionSchema).describe("DT_VERDEF"),
});

const notesSchema = z.object({
  abiTag: z
    .object({
      os: z.int().describe("0 is Linux"),
      kernel: z.tuple([z.int(), z.int(), z.int()]).describe("the oldest kernel that it runs on"),
    })
    .exactOptional()
    .describe("NT_GNU_ABI_TAG"),
  buildId: z.string().exactOptional().describe("NT_GNU_BUILD_ID, lower-case hex"),
  properties: z
    .array(
      z.object({ type: z.number().describe("pr_type"), value: z.number().describe("pr_data") }).describe("a property"),
    )
    .describe("NT_GNU_PROPERTY_TYPE_0"),
  dlopen: z.array(z.string()).describe("texts of .note.dlopen: what it may open at run time"),
  cudaCompat: z
    .string()
    .exactOptional()
    .describe("text of .note.cuda.fwd_compatibility: the drivers that a libcuda works with"),
});

export const elfSchema = z.object({
  class: z.union([z.literal(32), z.literal(64)]).describe("EI_CLASS"),
  data: z.enum(["little", "big"]).describe("EI_DATA"),
  machine: z.int().describe("e_machine"),
  type: z.int().describe("e_type"),
  flags: z.int().describe("e_flags"),
  osAbi: z.int().describe("EI_OSABI"),
  abiVersion: z.int().describe("EI_ABIVERSION"),
  header: headerSchema.describe("whether the header is as the loader wants it"),
  segments: segmentsSchema.describe("the program headers"),
  interp: z.string().exactOptional().describe("PT_INTERP"),
  needed: z.array(z.string()).describe("DT_NEEDED, in order"),
  soname: z.string().exactOptional().describe("DT_SONAME"),
  rpath: z.string().exactOptional().describe("DT_RPATH"),
  runpath: z.string().exactOptional().describe("DT_RUNPATH"),
  filtees: z
    .array(
      z.object({
        name: z.string().describe("its name, as DT_NEEDED would have it"),
        required: z.boolean().describe("DT_FILTER, and not DT_AUXILIARY"),
        after: z.int().describe("how many DT_NEEDED stand before it"),
      }),
    )
    .describe("DT_AUXILIARY and DT_FILTER, in order"),
  dynamicFlags: z.number().describe("DT_FLAGS"),
  dynamicFlags1: z.number().describe("DT_FLAGS_1"),
  bindNow: z.boolean().describe("all functions are bound at once"),
  symbolic: z.boolean().describe("it looks into itself first"),
  relr: z.boolean().describe("DT_RELR is there"),
  versions: versionsSchema.describe("symbol versions"),
  symbols: symbolsSchema,
  tls: z
    .object({ size: z.number().describe("p_memsz"), alignment: z.number().describe("p_align") })
    .exactOptional()
    .describe("PT_TLS"),
  stack: z.enum(["executable", "plain", "unmarked"]).describe("PT_GNU_STACK"),
  notes: notesSchema.describe("notes of the file"),
  damage: z
    .object({
      problem: z.string().describe("the first trouble"),
      dependencies: z.enum(["known", "unknown"]).describe("whether DT_NEEDED and the folders for it could be read"),
    })
    .exactOptional()
    .describe("where it contradicts itself behind its header"),
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
    names: listNames(names),
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
  const columns = createColumns(encoded.names.length);
  const writer = createNameWriter(columns.names);
  for (const name of encoded.names) writer.add(Buffer.from(`${name}\0`, "latin1"), 0);
  for (const key of Object.keys(WIDTHS) as (keyof typeof WIDTHS)[]) {
    const { buffer, byteOffset, byteLength } = columns[key];
    Buffer.from(buffer, byteOffset, byteLength).write(encoded[key], "base64");
  }
  return { ...columns, names: { ...columns.names, bytes: writer.finish() } };
}

function toBase64(column: Uint8Array | Uint16Array | Float64Array): string {
  return Buffer.from(column.buffer, column.byteOffset, column.byteLength).toString("base64");
}
