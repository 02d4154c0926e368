/** The fields of a host's profile, each with its meaning: docs/host-profile.schema.json is made from them. */
import { z } from "../schema.js";
import { kernelModuleSchema, mpiSchema, runtimeSchema, stackSchema } from "../stacks/schema.js";
import { nodeSchema } from "./node-codec.js";

/** The version of the format that is written; every 1.x can be read. */
export const PROFILE_VERSION = "1.1.0";
/** Tells a profile from other JSON. */
export const PROFILE_KIND = "containerspec-host-profile";

const librarySchema = z.object({
  name: z
    .string()
    .describe("the name that the loader knows: a key of ld.so.cache, or a file name in a searched folder"),
  path: z.string().describe("where the loader finds it"),
  realPath: z.string().describe("the same with links followed"),
  soname: z.string().exactOptional().describe("its DT_SONAME"),
});

const cpuSchema = z.object({
  name: z.string().describe("its microarchitecture, by archspec's name: the best whose code it can run"),
  vendor: z.string().describe("vendor_id of /proc/cpuinfo, or the maker of an Arm core"),
  level: z
    .string()
    .exactOptional()
    .describe("the level that its features prove, such as x86-64-v3, armv8.2-a, power9, z15 or rva22u64"),
  generation: z.number().exactOptional().describe("of a POWER CPU"),
  features: z.array(z.string()).describe("flags of /proc/cpuinfo, sorted"),
  nearest: z
    .string()
    .exactOptional()
    .describe("the microarchitecture that it is by its number or comes nearest to; its name where nothing is missing"),
  missing: z.array(z.string()).exactOptional().describe("the features of nearest that it does not show"),
});

const emulatorSchema = z.object({
  machine: z.string().describe("uname -m of the programs that it runs"),
  interpreter: z.string().describe("its path on the host"),
  isFixed: z.boolean().describe("flag F: it runs programs of containers too, whatever they hold"),
});

const libcSchema = z.object({
  family: z.enum(["glibc", "musl", "none"]).describe("which C library"),
  version: z.string().exactOptional().describe("its release"),
});

export const profileSchema = z.object({
  schemaVersion: z.string().describe("the version of this format; a new major one when a field changes its meaning"),
  kind: z.literal(PROFILE_KIND).describe("tells a profile from other JSON"),
  source: z
    .string()
    .describe(
      '"live", or the name of the file or folder that was described, without its folder (which may name a user)',
    ),
  name: z.string().describe("PRETTY_NAME of os-release; empty where there is none"),
  libc: libcSchema.describe("the C library of its main machine"),
  kernel: z.string().exactOptional().describe("release of the running kernel (uname -r); a live machine only"),
  machine: z.string().exactOptional().describe("uname -m"),
  cpu: cpuSchema.exactOptional().describe("the CPU, of a live machine or from a capture"),
  emulators: z
    .array(emulatorSchema)
    .exactOptional()
    .describe("programs that the kernel starts for those of other machines (binfmt_misc); a live machine only"),
  mpi: z.array(mpiSchema).exactOptional().describe("its MPI libraries; it follows from files, as gpu and fabric do"),
  gpu: z.array(stackSchema).exactOptional().describe("its GPU drivers and their loaders"),
  fabric: z.array(stackSchema).exactOptional().describe("its libraries for fast networks and for starting jobs"),
  kernelModules: z
    .array(kernelModuleSchema)
    .exactOptional()
    .describe("modules that drivers talk to and that are loaded; a live machine only"),
  runtimes: z
    .array(runtimeSchema)
    .exactOptional()
    .describe("programs that start containers, and where they put libraries of the host"),
  libraries: z
    .array(librarySchema)
    .describe("the libraries that its loader finds, for people and scripts: it follows from files"),
  folders: z.array(z.string()).describe("folders that were added with --folder"),
  companionFolders: z
    .array(z.string())
    .exactOptional()
    .describe("folders beside libraries that need them (plugins, settings, data), of which files holds everything"),
  files: z.array(nodeSchema).describe("what the loader of the host could reach"),
});

/** A profile, as it is written. */
export type HostProfile = z.infer<typeof profileSchema>;
