/** What `containerspec inspect` says of an image, each field with its meaning: docs/inspect.schema.json is made from it. */
import { z } from "./schema.js";
import { mpiSchema, stackSchema } from "./stacks/schema.js";

export const INSPECT_VERSION = "1.0.0";

const evidence = z.record(z.string(), z.unknown()).describe("a fact behind the sentence, as in the report of analyze");

const hazardSchema = z.object({
  rule: z.string().describe("the rule, whose page `containerspec explain` prints"),
  severity: z.enum(["error", "unknown", "warning", "note"]).describe("how much it matters"),
  message: z.string().describe("one sentence"),
  subjects: z.array(z.string()).describe("the files that it is about, sorted"),
  evidence: z.array(evidence).describe("the facts behind the sentence"),
});

const driverSchema = z.object({
  name: z.string().describe("the name that is asked for"),
  project: z.string().describe("whose library it is"),
  how: z.string().describe("the strongest way in which it is asked for: needed, by a note about dlopen, or by a text"),
  by: z.array(z.string()).describe("who asks so, sorted"),
  isThere: z.boolean().describe("whether the image has one that its loader finds"),
});

const librarySchema = z.object({
  name: z.string().describe("the name that the image's loader knows"),
  path: z.string().describe("where the loader finds it, with links followed"),
  soname: z.string().exactOptional().describe("its DT_SONAME"),
});

export const inspectSchema = z.object({
  schemaVersion: z.string().describe("the version of this format; a new major one when a field changes its meaning"),
  tool: z
    .object({ name: z.string().describe("containerspec"), version: z.string().describe("its release") })
    .describe("what wrote it"),
  image: z
    .object({
      source: z.string().describe("the file or folder"),
      reference: z.string().exactOptional().describe("what the archive calls the image"),
      digest: z.string().describe("of its manifest or configuration"),
      platform: z.string().describe("os/arch[/variant]"),
    })
    .describe("the image"),
  libc: z
    .object({
      family: z.enum(["glibc", "musl", "none", "unknown"]).describe("which C library"),
      version: z.string().exactOptional().describe("its release"),
    })
    .describe("its C library"),
  floors: z
    .object({
      glibc: z.string().exactOptional().describe("the highest release of glibc that something in it asks for"),
      kernel: z.string().exactOptional().describe("the oldest kernel that its C library says it runs on"),
      isa: z.string().exactOptional().describe("the highest level of CPU that its C library or its programs ask for"),
    })
    .describe("what it needs of a machine at least"),
  mpi: mpiSchema.nullable().describe("its MPI, the first where it has several; null where it has none"),
  mpis: z.array(mpiSchema).describe("all its MPI libraries"),
  gpu: z.array(stackSchema).describe("its GPU drivers and their loaders"),
  fabric: z.array(stackSchema).describe("its libraries for fast networks and for starting jobs"),
  drivers: z.array(driverSchema).describe("libraries of the machine that it asks for"),
  libraries: z.array(librarySchema).describe("the libraries that its loader finds"),
  hazards: z.array(hazardSchema).describe("what is dangerous in it by itself, the worst first"),
});

/** What is said of one image. */
export type InspectReport = z.infer<typeof inspectSchema>;
