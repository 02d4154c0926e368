/** `containerspec analyze` at work. */
import { availableParallelism } from "node:os";
import {
  analyzeSeveral,
  checkGate,
  ContainerspecError,
  hasReadZstd,
  readHost,
  zstdDecoderName,
  type AnalyzeOptions,
  type GateResult,
  type Host,
  type LayerStore,
  type Limits,
  type Report,
  type Verdict,
} from "../index.js";
import { listSome } from "../reporters/terminal.js";
import { openAskedCache } from "./asked-cache.js";
import { renderReports, sortOutputs, type Output } from "./formats.js";
import { checkEmitters, renderEmission } from "./emitters.js";
import { checkCpu } from "./asked-cpu.js";
import { askedCpuTable } from "./options.js";
import { warn, writeResult } from "./output.js";
import { createProgressLine, type ProgressLine } from "./progress.js";

const GATE_FAILED = 1;
/** images at a time where nobody says: each takes memory */
const MAX_JOBS = 4;
/** more names than these are counted on standard error: the report has them all */
const MAX_NAMES = 8;
const TEXT: readonly Output[] = [{ format: "text" }];

/** What the options of `analyze` are read into. */
export interface AnalyzeArguments {
  readonly host?: readonly string[];
  readonly hostFolder?: readonly string[];
  readonly library?: readonly string[];
  readonly mount?: readonly string[];
  readonly asSet?: boolean;
  readonly plan?: boolean;
  readonly emit?: readonly Output[];
  readonly placement: "over" | "first" | "last";
  readonly companions: "none" | "missing" | "all";
  readonly mountFolder: string;
  readonly platform?: string;
  readonly ref?: string;
  readonly layerMode: "overlay" | "extract";
  readonly ldCache: "shipped" | "regenerated" | "none";
  readonly verify: "always" | "auto" | "never";
  readonly env?: ReadonlyMap<string, string>;
  readonly cpu?: string;
  readonly cpuinfo?: string;
  readonly consumer?: readonly string[];
  readonly limit?: Partial<Limits>;
  readonly cache?: string | false;
  readonly jobs?: number;
  readonly format?: readonly Output[];
  readonly failOn: Verdict | "never";
  readonly allowUnknown?: boolean;
}

/** Analyzes each image, writes the reports, and sets the exit code of the gate. */
export async function runAnalyze(images: readonly string[], options: AnalyzeArguments): Promise<void> {
  const progress = createProgressLine();
  try {
    await analyzeAll(images, options, progress);
  } finally {
    progress.clear();
  }
}

async function analyzeAll(images: readonly string[], options: AnalyzeArguments, progress: ProgressLine): Promise<void> {
  checkImages(images, options);
  checkCpu(options.cpu);
  checkEmitters(options.emit ?? [], options.format, images, options.host);
  const cache = openAskedCache(options.cache);
  const onHosts: (readonly Report[])[] = [];
  for (const source of options.host ?? [undefined]) {
    const host = await openHost(source, options, cache, progress);
    const onHost = await analyzeSeveral(images, {
      ...toAnalyzeOptions(host, options, progress),
      jobs: options.jobs ?? Math.min(availableParallelism(), MAX_JOBS),
      ...(cache === undefined ? {} : { cache }),
    });
    onHosts.push(onHost);
  }
  // Image by image, and the hosts of each in the order in which they were named.
  const reports = images.flatMap((_, index) => onHosts.flatMap((onHost) => onHost[index] ?? []));
  progress.clear();
  if (hasReadZstd() && zstdDecoderName() === "zstddec")
    warn("zstd was read by the slower WebAssembly decoder: the native one (zstd-napi) could not be built here");
  const gates = checkGates(reports, options);
  // Before anything is written: what a runtime has no words for is an error.
  const emissions = await renderEmissions(reports, options);
  const isTaken = options.emit?.some(({ file }) => file === undefined) === true;
  for (const output of sortOutputs(options.format ?? (isTaken ? [] : TEXT)))
    await writeResult(await renderReports(reports, gates, output), output.file, output);
  for (const { output, text } of emissions) await writeResult(text, output.file);
  applyGates(reports, gates, options);
}

/** @throws ContainerspecError usage where no image is named, or what is named cannot be all read */
function checkImages(images: readonly string[], { host }: AnalyzeArguments): void {
  if (images.length === 0) {
    const taken = host?.find((one) => one !== "live");
    const hint =
      taken === undefined
        ? "name a tarball or a folder: containerspec analyze app.tar"
        : `--host took ${taken} as the host; name the image first: containerspec analyze ${taken} --host`;
    throw new ContainerspecError("usage", `Cannot analyze: no image was named; ${hint}`);
  }
  if (images.filter((image) => image === "-").length > 1) {
    throw new ContainerspecError("usage", "Cannot read two images from standard input: name files for the others");
  }
  if (images.includes("-") && host !== undefined && host.length > 1) {
    throw new ContainerspecError(
      "usage",
      "Cannot read an image from standard input for several hosts: it passes by once; save it to a file first",
    );
  }
  if (images.includes("-") && process.stdin.isTTY) {
    throw new ContainerspecError(
      "usage",
      "Cannot read an image from the keyboard: pipe one in, as in: docker save app:1 | containerspec analyze -",
    );
  }
}

function openHost(
  source: string | undefined,
  { hostFolder, mount, platform, limit, cpuinfo }: AnalyzeArguments,
  cache: LayerStore | undefined,
  progress: ProgressLine,
): Promise<Host> {
  return readHost(source, {
    ...(hostFolder === undefined ? {} : { folders: hostFolder }),
    ...(mount === undefined ? {} : { trees: mount.map((text) => text.split(":")[0] ?? text) }),
    onProgress: progress.show,
    onWarning: warn,
    ...(platform === undefined ? {} : { platform }),
    ...(limit === undefined ? {} : { limits: limit }),
    ...(cache === undefined ? {} : { cache }),
    ...(cpuinfo === undefined ? {} : { cpuinfo }),
    ...askedCpuTable(),
  });
}

function toAnalyzeOptions(host: Host, options: AnalyzeArguments, progress: ProgressLine): AnalyzeOptions {
  const {
    library,
    mount,
    asSet,
    plan = options.emit !== undefined,
    placement,
    companions,
    mountFolder,
    platform,
    ref,
    layerMode,
    ldCache,
    verify,
    env,
    cpu,
    consumer,
    limit,
  } = options;
  return {
    host,
    placement,
    companions,
    mountFolder,
    layerMode,
    ldCache,
    verify,
    stdin: process.stdin,
    onProgress: progress.show,
    ...(library === undefined ? {} : { libraries: library }),
    ...(mount === undefined ? {} : { mounts: mount }),
    ...(asSet === undefined ? {} : { asSet }),
    ...(plan ? { plan } : {}),
    ...(limit === undefined ? {} : { limits: limit }),
    ...(env === undefined ? {} : { env }),
    ...(consumer === undefined ? {} : { consumers: consumer }),
    ...(platform === undefined ? {} : { platform }),
    ...(ref === undefined ? {} : { reference: ref }),
    ...(cpu === undefined ? {} : { cpuLevel: cpu }),
  };
}

/** What --emit asked for; where no plan works, nothing, and standard error says so. */
async function renderEmissions(
  reports: readonly Report[],
  { emit = [] }: AnalyzeArguments,
): Promise<readonly { readonly output: Output; readonly text: string }[]> {
  const [report] = reports;
  if (emit.length === 0 || report?.plan === undefined) return [];
  const { works, reasons, advice } = report.plan;
  if (!works) {
    warn(
      `nothing was emitted, since no set of mounts was found that works: ${reasons[0] ?? "nothing would reach them"}`,
    );
    if (advice[0] !== undefined) warn(`what would help: ${advice[0]}`);
    return [];
  }
  const texts = [];
  for (const output of sortOutputs(emit)) texts.push({ output, text: (await renderEmission(report, output)) ?? "" });
  return texts;
}

function checkGates(
  reports: readonly Report[],
  { failOn, allowUnknown = false, library, mount }: AnalyzeArguments,
): readonly GateResult[] {
  const hasChosen = library !== undefined || mount !== undefined;
  return reports.map((report) => checkGate(report, { failOn, allowUnknown, hasChosen }));
}

/** Says what fails, and sets the exit code. */
function applyGates(
  reports: readonly Report[],
  gates: readonly GateResult[],
  { failOn, library, mount }: AnalyzeArguments,
): void {
  const hasChosen = library !== undefined || mount !== undefined;
  if (!hasChosen && failOn !== "never")
    warn("no library was gated: name those that must pass with --library or --mount");
  const hasHosts = new Set(reports.map(({ host }) => host.source)).size > 1;
  for (const [index, report] of reports.entries()) {
    const what = hasHosts ? `${report.image.source} on ${report.host.source}` : report.image.source;
    if (hasChosen && report.mounts.length === 0 && failOn !== "never")
      warn(`no library was gated for ${what}: the host has none for it`);
    const { passes, failed, imageRules } = gates[index] as GateResult;
    if (passes) continue;
    process.exitCode = GATE_FAILED;
    const why = [...imageRules.map((rule) => `the image itself (${rule})`), ...failed];
    warn(`the gate fails for ${what} at --fail-on ${failOn}: ${listSome(why, MAX_NAMES)}`);
  }
}
