/** What `containerspec inspect` says of an image, each field with its meaning: docs/inspect.schema.json is made from it. */
import { z } from "./schema.js";
import { mpiSchema, stackSchema } from "./stacks/schema.js";

export const INSPECT_VERSION = "1.1.0";

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

const ownerSchema = z
  .object({
    name: z.string().describe("its name"),
    version: z.string().describe("its version, as its manager writes it"),
  })
  .exactOptional()
  .describe("the package that brought it, by the package database");

const librarySchema = z.object({
  name: z.string().describe("the name that the image's loader knows"),
  path: z.string().describe("where the loader finds it, with links followed"),
  soname: z.string().exactOptional().describe("its DT_SONAME"),
  versions: z.array(z.string()).describe("the version nodes that it defines, in the order of the file"),
  package: ownerSchema,
});

const programSchema = z.object({
  path: z.string().describe("where it lies, without links"),
  kind: z
    .enum(["dynamic", "static", "script"])
    .describe("whether it names a loader, none, or is a text that begins with #!"),
  interpreter: z.string().exactOptional().describe("the loader of PT_INTERP, or the interpreter of a script"),
  machine: z.string().exactOptional().describe("`uname -m` of the machine that it is for; a script is for any"),
  package: ownerSchema,
});

const dependencySchema = z.object({
  from: z.string().describe("who asks: a program, or a library that is loaded"),
  name: z.string().describe("its DT_NEEDED"),
  to: z.string().exactOptional().describe("the file that it gets, with links followed; absent where it gets none"),
});

const databaseSchema = z.object({
  manager: z.string().describe("dpkg, apk, rpm, opkg; or the manager of a database that is not read"),
  format: z.string().describe("how it is kept, such as dpkg status or rpm sqlite"),
  path: z.string().describe("where it lies, with links followed"),
  packages: z.number().describe("how many packages it has"),
  problem: z.string().exactOptional().describe("why packages of it may be missing from the list"),
});

const packageSchema = z.object({
  manager: z.string().describe("whose package it is"),
  name: z.string().describe("its name"),
  version: z.string().describe("its version, as its manager writes it"),
  architecture: z.string().exactOptional().describe("what it is for, in the manager's words"),
  source: z.string().exactOptional().describe("what it was built from, where that has another name"),
});

const baseSchema = z.object({
  os: z
    .object({
      id: z.string().describe("ID of os-release"),
      versionId: z.string().describe("VERSION_ID; empty where there is none"),
      name: z.string().describe("NAME; empty where there is none"),
      prettyName: z.string().describe("PRETTY_NAME, or else NAME"),
      release: z
        .string()
        .exactOptional()
        .describe("its release as exactly as its files tell it, such as 12.5 of Debian 12"),
    })
    .exactOptional()
    .describe("which distribution its files are of, by os-release"),
  name: z.string().exactOptional().describe("org.opencontainers.image.base.name"),
  digest: z.string().exactOptional().describe("org.opencontainers.image.base.digest"),
  by: z.enum(["label", "annotation"]).exactOptional().describe("who says name and digest"),
  layers: z
    .object({
      count: z.number().describe("layers that belong to the base, counted from the first"),
      of: z.number().describe("layers of the image"),
      step: z.string().describe("the step of the history that ended the build of the base"),
    })
    .exactOptional()
    .describe("a conclusion from the history: layers before the last CMD that others follow"),
});

const processSchema = z.object({
  entrypoint: z.array(z.string()).describe("Entrypoint of the config"),
  command: z.array(z.string()).describe("Cmd of the config"),
  workingFolder: z.string().describe("WorkingDir of the config; empty where it names none"),
  user: z.string().exactOptional().describe("User of the config"),
  programs: z.array(z.string()).describe("the programs that are started for it, one by the other; the last decides"),
  trouble: z.string().exactOptional().describe("why they end where they do though more is named"),
  isOpen: z.boolean().describe("whether it starts whatever it is told to, as a shell does"),
  variables: z
    .array(z.object({ name: z.string().describe("its name"), value: z.string().describe("its value") }))
    .describe("what its loader reads of its environment: LD_* and GLIBC_TUNABLES"),
  preload: z.array(z.string()).describe("what /etc/ld.so.preload names"),
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
      layers: z.number().describe("how many layers it has"),
      unreadLayers: z.array(z.number()).describe("layers of which nothing is known, counted from the base, which is 0"),
      labels: z.record(z.string(), z.string()).describe("its own labels"),
      annotations: z.record(z.string(), z.string()).describe("those of its manifest"),
    })
    .describe("the image"),
  base: baseSchema.describe("what it was made from, as far as it can be known"),
  process: processSchema.describe("what is started, and with what"),
  machine: z
    .string()
    .exactOptional()
    .describe("`uname -m` of what it starts, or of most of its programs; absent where it has none"),
  libc: z
    .object({
      family: z.enum(["glibc", "musl", "none", "unknown"]).describe("which C library"),
      version: z.string().exactOptional().describe("its release"),
      evidence: z
        .enum(["banner", "file name", "package database", "version node"])
        .exactOptional()
        .describe("where the release comes from; a version node is a lower bound only"),
    })
    .describe("its C library"),
  floors: z
    .object({
      glibc: z.string().exactOptional().describe("the highest release of glibc that something in it asks for"),
      glibcxx: z
        .string()
        .exactOptional()
        .describe("the highest GLIBCXX_ node of libstdc++ that something in it asks for"),
      cxxabi: z
        .string()
        .exactOptional()
        .describe("the highest CXXABI_ node of libstdc++ that something in it asks for"),
      kernel: z.string().exactOptional().describe("the oldest kernel that its C library says it runs on"),
      isa: z.string().exactOptional().describe("the highest level of CPU that its C library or its programs ask for"),
    })
    .describe("what it needs of a machine at least"),
  code: z
    .object({
      level: z.string().describe("the lowest level that has what it uses"),
      confidence: z.enum(["high", "medium", "low"]).describe("whether it uses it throughout, or chooses when it runs"),
      by: z.array(z.string()).describe("the files that say so"),
    })
    .nullable()
    .describe("what its code was made for, by its instructions; null where they are those of the baseline"),
  cuda: z
    .object({
      requirements: z.array(z.string()).describe("NVIDIA_REQUIRE_* of its environment"),
      isDisabled: z.boolean().describe("NVIDIA_DISABLE_REQUIRE is set"),
    })
    .nullable()
    .describe("what it says that it needs of NVIDIA's driver; null where it says nothing"),
  mpi: mpiSchema.nullable().describe("its MPI, the first where it has several; null where it has none"),
  mpis: z.array(mpiSchema).describe("all its MPI libraries"),
  gpu: z.array(stackSchema).describe("its GPU drivers and their loaders"),
  fabric: z.array(stackSchema).describe("its libraries for fast networks and for starting jobs"),
  drivers: z.array(driverSchema).describe("libraries of the machine that it asks for"),
  libraries: z.array(librarySchema).describe("the libraries that its loader finds"),
  programs: z.array(programSchema).describe("everything in it that a kernel starts"),
  dependencies: z.array(dependencySchema).describe("who loads what, for every program and library of its machine"),
  databases: z.array(databaseSchema).describe("its databases of packages, and how reading them went"),
  packages: z.array(packageSchema).describe("the packages that they have"),
  hazards: z.array(hazardSchema).describe("what is dangerous in it by itself, the worst first"),
});

/** What is said of one image. */
export type InspectReport = z.infer<typeof inspectSchema>;
