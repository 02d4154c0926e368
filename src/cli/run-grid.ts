/** `containerspec grid` at work. */
import { appendFile } from "node:fs/promises";
import {
  findStaleFiles,
  isAllWell,
  judgeGrid,
  readGrid,
  readHost,
  toCiMatrix,
  writeGrid,
  type Grid,
  type GridReport,
  type Host,
  type Limits,
} from "../index.js";
import { openAskedCache } from "./asked-cache.js";
import { checkCpu } from "./asked-cpu.js";
import { renderGridAs, type GridOutput } from "./grid-formats.js";
import { askedCpuTable } from "./options.js";
import { warn, writeResult } from "./output.js";
import { createProgressLine, type ProgressLine } from "./progress.js";

const NOT_AS_IT_SHOULD_BE = 1;

/** What the options of `grid` are read into. */
export interface GridArguments {
  readonly write?: string;
  readonly check?: true;
  readonly host?: readonly string[];
  readonly cpu?: string;
  readonly layerMode: "overlay" | "extract";
  readonly verify: "always" | "auto" | "never";
  readonly limit?: Partial<Limits>;
  readonly cache?: string | false;
  readonly format?: readonly GridOutput[];
}

/** Writes the files, prints what was asked for, and sets the exit code. Without a word of formats, files that are written say enough. */
export async function runGrid(file: string, options: GridArguments): Promise<void> {
  checkCpu(options.cpu);
  const grid = await readGrid(file);
  const { write: folder, check = false, format = folder === undefined ? [{ format: "text" } as const] : [] } = options;
  if (folder !== undefined) await makeFiles(grid, folder, check);
  const progress = createProgressLine();
  let judged: GridReport | undefined;
  const judge = async (): Promise<GridReport> => (judged ??= await judgeAll(grid, options, progress));
  try {
    for (const output of [...format].sort((a, b) => Number(a.file === undefined) - Number(b.file === undefined))) {
      const text = await renderGridAs(output, toCiMatrix(grid), judge);
      progress.clear();
      if (output.format === "matrix") await tellActions(text);
      await writeResult(text, output.file);
    }
  } finally {
    progress.clear();
  }
  if (check && judged !== undefined && !isAllWell(judged)) process.exitCode = NOT_AS_IT_SHOULD_BE;
}

async function makeFiles(grid: Grid, folder: string, check: boolean): Promise<void> {
  const paths = check ? await findStaleFiles(grid, folder) : await writeGrid(grid, folder);
  for (const path of paths) warn(check ? `${folder}/${path} is not current` : `wrote ${folder}/${path}`);
  if (check && paths.length > 0) process.exitCode = NOT_AS_IT_SHOULD_BE;
}

async function judgeAll(
  grid: Grid,
  { host = grid.hosts, cpu, layerMode, verify, limit, cache: asked }: GridArguments,
  progress: ProgressLine,
): Promise<GridReport> {
  const cache = openAskedCache(asked);
  const common = {
    ...askedCpuTable(),
    ...(cache === undefined ? {} : { cache }),
    ...(limit === undefined ? {} : { limits: limit }),
    onProgress: progress.show,
  };
  const hosts: Host[] = [];
  for (const source of host.length === 0 ? ["live"] : host) hosts.push(await readHost(source, common));
  return judgeGrid(grid, { ...common, hosts, layerMode, verify, ...(cpu === undefined ? {} : { cpuLevel: cpu }) });
}

/** A job of GitHub Actions says where its outputs go. */
async function tellActions(matrix: string): Promise<void> {
  const { GITHUB_OUTPUT: outputs = "" } = process.env;
  if (outputs !== "") await appendFile(outputs, `grid_matrix=${matrix}`);
}
