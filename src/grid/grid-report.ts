/** The verdict matrix of a grid, each field with its meaning: docs/grid.schema.json is made from it. */
import { MATCH_VERDICTS } from "../match/reason.js";
import { VERDICTS } from "../report.js";
import { z } from "../schema.js";

export const GRID_VERSION = "1.0.0";

const OUTCOMES = ["ok", "latent", "broken", "unknown", "absent"] as const;

const reasonSchema = z.object({
  id: z.string().describe("a reason of `containerspec match`, or a rule whose page `containerspec explain` prints"),
  message: z.string().describe("one sentence"),
  loaderMessage: z.string().exactOptional().describe("what the loader or the kernel would print"),
});

const imageSchema = z.object({
  name: z.string().describe("the cell: its base, its MPI and its architecture"),
  base: z.string().describe("the base's name in the grid"),
  mpi: z.string().exactOptional().describe("the MPI's name in the grid"),
  architecture: z.string().describe("as OCI spells it"),
  source: z.string().exactOptional().describe("its file; absent where it is not built yet"),
  digest: z.string().exactOptional().describe("of its manifest or configuration"),
});

const hostSchema = z.object({
  source: z.string().describe("live, or the profile, folder or image that was given"),
  name: z.string().describe("what its system calls itself"),
});

const mountSchema = z.object({
  mount: z.string().describe("its name in the grid"),
  loader: z.enum(OUTCOMES).describe("what the simulated loader does; absent: the host has no such library"),
  verdict: z.enum([...VERDICTS, "absent"]).describe("what is said of the set, as analyze says it"),
  libraries: z.array(z.string()).describe("the names of what is mounted, sorted"),
  refused: z
    .array(z.string())
    .describe(
      "programs and libraries that worked and that the loader refuses with it, what is mounted among them; sorted",
    ),
  reasons: z.array(reasonSchema).describe("why it is no better, the worst first"),
});

const cellSchema = z.object({
  image: z.string().describe("the name of the image"),
  host: z.string().describe("the source of the host"),
  runs: z
    .object({
      verdict: z.enum(MATCH_VERDICTS).describe("as match says it"),
      reasons: z.array(reasonSchema).describe("why, the worst first"),
    })
    .describe("whether the image runs there"),
  mounts: z.array(mountSchema).describe("what is mounted from the host, in the order of the grid"),
});

export const gridReportSchema = z.object({
  schemaVersion: z.string().describe("the version of this format; a new major one when a field changes its meaning"),
  tool: z
    .object({ name: z.string().describe("containerspec"), version: z.string().describe("its release") })
    .describe("what wrote it"),
  grid: z
    .object({
      name: z.string().describe("what the container is called"),
      source: z.string().describe("the grid's file"),
    })
    .describe("the grid"),
  images: z.array(imageSchema).describe("all images of the grid, in its order"),
  hosts: z.array(hostSchema).describe("in the order in which they were named"),
  mounts: z.array(z.string()).describe("the names of the mounts, in the order of the grid"),
  cells: z.array(cellSchema).describe("image by image, each that is built on every host"),
});

export type GridReport = z.infer<typeof gridReportSchema>;
export type GridReportCell = GridReport["cells"][number];
export type GridMountAnswer = GridReportCell["mounts"][number];
export type GridReason = z.infer<typeof reasonSchema>;

/** Whether all of a grid goes well: every image runs on every host, and whatever is mounted may be. */
export function isAllWell({ cells }: GridReport): boolean {
  const fits = (verdict: string): boolean => !["unsafe", "unknown", "safe-with", "will-not-run"].includes(verdict);
  return cells.every(({ runs, mounts }) => fits(runs.verdict) && mounts.every(({ verdict }) => fits(verdict)));
}
