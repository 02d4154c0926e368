/** What a root has of MPI, GPU drivers and networks, as reports and profiles show it; each field with its meaning. */
import { z } from "../schema.js";

const pathSchema = z.string().describe("where it lies, with links followed");
const versionSchema = z.string().exactOptional().describe("its release, where it tells it");

const partSchema = z.object({
  role: z
    .enum(["library", "loader", "driver", "provider"])
    .describe(
      "what programs ask for, what finds drivers, a driver, or a part that is opened when its hardware is there",
    ),
  path: pathSchema,
  soname: z.string().exactOptional().describe("its DT_SONAME"),
  version: versionSchema,
  provider: z.string().exactOptional().describe("what a provider is called, such as mlx5"),
});

export const mpiSchema = z.object({
  family: z.string().describe("open-mpi, mpich, intel-mpi, mvapich, cray-mpich, or unknown-mpi"),
  name: z.string().describe("the same for people"),
  version: versionSchema,
  abi: z
    .string()
    .exactOptional()
    .describe(
      "what programs that were linked with it ask for: mpich-12 (the ABI initiative of MPICH), open-mpi-40, mpi-abi-1 (that of MPI 5)",
    ),
  path: pathSchema,
  soname: z.string().exactOptional().describe("its DT_SONAME"),
});

export const stackSchema = z.object({
  family: z.string().describe("which stack, such as nvidia or libfabric"),
  name: z.string().describe("the same for people"),
  version: z.string().exactOptional().describe("the release of what programs ask for; else of its driver"),
  api: z.string().exactOptional().describe("the newest interface that it offers, by its version nodes"),
  parts: z.array(partSchema).describe("its files, the most important first"),
});

const injectionSchema = z.object({
  what: z.string().describe("what is put into a container"),
  by: z.string().describe("the option or the hook that does it"),
  placement: z
    .enum(["over", "first", "last"])
    .describe("`analyze --placement`: over the image's file of a name, or in a folder that is searched first or last"),
  folder: z.string().exactOptional().describe("`analyze --mount-folder`; absent where the image or the user says it"),
  ldCache: z.enum(["shipped", "regenerated"]).describe("`analyze --ld-cache`"),
  since: z.string().exactOptional().describe("the first release that does so"),
  until: z.string().exactOptional().describe("the first release that does not"),
});

export const runtimeSchema = z.object({
  name: z.string().describe("a program that starts containers"),
  path: z.string().describe("where it is"),
  version: z.string().exactOptional().describe("its release, by the package database"),
  injections: z.array(injectionSchema).describe("where it puts libraries of the host"),
});

export const kernelModuleSchema = z.object({
  name: z.string().describe("its name in /sys/module"),
  family: z.string().describe("the stack whose libraries talk to it"),
  version: z.string().exactOptional().describe("its own version; modules that come with the kernel have none"),
});

export type Runtime = z.infer<typeof runtimeSchema>;
export type LoadedModule = z.infer<typeof kernelModuleSchema>;
export type Mpi = z.infer<typeof mpiSchema>;
export type Stack = z.infer<typeof stackSchema>;
