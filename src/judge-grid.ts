/** The verdict matrix of a grid: each image that is built on each host, and what is mounted there. */
import { stat } from "node:fs/promises";
import { analyzeOpened } from "./analyze.js";
import { toDisplayTexts } from "./display-text.js";
import type { Grid, GridCell, GridMount } from "./grid/grid.js";
import {
  GRID_VERSION,
  type GridMountAnswer,
  type GridReason,
  type GridReport,
  type GridReportCell,
} from "./grid/grid-report.js";
import type { Host } from "./host/host.js";
import { match } from "./match.js";
import type { MatchOptions } from "./match-options.js";
import type { MatchCell } from "./match/matrix.js";
import { openNeeds, type OpenedNeeds } from "./open-needs.js";
import type { Finding, Report } from "./report.js";
import { VERSION } from "./version.js";

export type GridOptions = Omit<MatchOptions, "platform" | "reference" | "stdin" | "env">;

/** an image of another machine than the host's is asked about nevertheless, which says what is wrong */
const MACHINES: Readonly<Record<string, string>> = { amd64: "x86_64", arm64: "aarch64" };

/**
 * Judges the images of a grid that are there. Those that are not are named, and have no cells.
 *
 * @throws ContainerspecError where an image cannot be read, or a bind names what its host has not
 */
export async function judgeGrid(grid: Grid, options: GridOptions): Promise<GridReport> {
  const images: GridReport["images"] = [];
  const cells: GridReportCell[] = [];
  for (const cell of grid.cells) {
    const { name, recipe, architecture, image: source } = cell;
    const row = { name, base: recipe.base, ...(recipe.mpi === undefined ? {} : { mpi: recipe.mpi }), architecture };
    if (source === undefined || !(await isThere(source))) {
      images.push(row);
      continue;
    }
    const judged = await judgeImage(grid, cell, source, options);
    images.push({ ...row, source, digest: judged.digest });
    cells.push(...judged.cells);
  }
  return toDisplayTexts({
    schemaVersion: GRID_VERSION,
    tool: { name: "containerspec", version: VERSION },
    grid: { name: grid.name, source: grid.source },
    images,
    hosts: options.hosts.map(({ source, osRelease }) => ({ source, name: osRelease.prettyName })),
    mounts: grid.mounts.map(({ name }) => name),
    cells,
  });
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function judgeImage(
  { mounts }: Grid,
  { name, architecture }: GridCell,
  source: string,
  options: GridOptions,
): Promise<{ readonly digest: string; readonly cells: readonly GridReportCell[] }> {
  const platform = `linux/${architecture}`;
  const matched = await match([source], { ...options, platform });
  const opened = await openNeeds(source, MACHINES[architecture] ?? architecture, { ...options, platform });
  return {
    digest: matched.images[0]?.digest ?? "",
    cells: options.hosts.map((host, index) => ({
      image: name,
      host: host.source,
      runs: toRuns(matched.cells[index] as MatchCell),
      mounts: mounts.map((mount) => judgeMount(opened, host, mount, options)),
    })),
  };
}

function toRuns({ verdict, reasons }: MatchCell): GridReportCell["runs"] {
  return {
    verdict,
    reasons: reasons.map(({ id, message, loaderMessage }) => toReason(id, message, loaderMessage)),
  };
}

/** What a grid names need not be on every host: a host that has none of it is an answer, and no error. */
function judgeMount(
  { opened }: OpenedNeeds,
  host: Host,
  { name, libraries, binds, placement, companions, consumers, env }: GridMount,
  { cpuLevel, onProgress }: GridOptions,
): GridMountAnswer {
  const report = analyzeOpened(opened, {
    host,
    wanted: libraries,
    mounts: binds,
    asSet: true,
    placement,
    companions,
    consumers,
    env,
    ...(cpuLevel === undefined ? {} : { cpuLevel }),
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  const { set, mounts } = report;
  if (set === null || mounts.length === 0)
    return { mount: name, loader: "absent", verdict: "absent", libraries: [], refused: [], reasons: [] };
  const names = new Set(mounts.flatMap(({ soname, companions: along }) => [soname, ...along]));
  return {
    mount: name,
    loader: set.loader,
    verdict: set.verdict,
    libraries: [...names].sort(),
    refused: listRefused(report),
    reasons: listReasons(report),
  };
}

function listFindings({ set, mounts }: Report): readonly Finding[] {
  return [...(set?.findings ?? []), ...mounts.flatMap((mount) => mount.findings)];
}

/** What is forbidden by a rule alone starts nevertheless: the loader has nothing to say of it. */
function listRefused(report: Report): string[] {
  const refusals = listFindings(report).filter(
    ({ severity, loaderMessage }) => severity === "error" && loaderMessage !== undefined,
  );
  return [...new Set(refusals.flatMap(({ subjects }) => subjects))].sort();
}

/** What speaks against it, of the set and of what is in it; each sentence once. */
function listReasons(report: Report): GridReason[] {
  const findings = listFindings(report);
  const order: readonly Finding["severity"][] = ["error", "unknown", "warning"];
  const sorted = order.flatMap((severity) => findings.filter((finding) => finding.severity === severity));
  const reasons = sorted.map(({ rule, message, loaderMessage }) => toReason(rule, message, loaderMessage));
  return [...new Map(reasons.map((reason) => [JSON.stringify(reason), reason])).values()];
}

function toReason(id: string, message: string, loaderMessage: string | undefined): GridReason {
  return { id, message, ...(loaderMessage === undefined ? {} : { loaderMessage }) };
}
