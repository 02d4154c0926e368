/** `containerspec analyze` at work. */
import { availableParallelism } from "node:os";
import {
  analyzeSeveral,
  checkGates,
  ContainerspecError,
  hasReadZstd,
  readHost,
  readProfileList,
  readReports,
  zstdDecoderName,
  type AnalyzeOptions,
  type Host,
  type LayerStore,
  type Limits,
  type Report,
  type Verdict,
} from "../index.js";
import { openAskedCache } from "./asked-cache.js";
import { renderReports, sortOutputs, type Output } from "./formats.js";
import { applyGates } from "./apply-gates.js";
import { checkEmitters, renderEmission } from "./emitters.js";
import { checkCpu } from "./asked-cpu.js";
import { settle, today, type Settled } from "./asked-policy.js";
import { askedCpuTable } from "./options.js";
import { warn, writeResult } from "./output.js";
import { createProgressLine, type ProgressLine } from "./progress.js";

/** images at a time where nobody says: each takes memory */
const MAX_JOBS = 4;
const TEXT: readonly Output[] = [{ format: "text" }];

/** What the options of `analyze` are read into. */
export interface AnalyzeArguments {
  readonly host?: readonly string[];
  readonly hostFolder?: readonly string[];
  readonly library?: readonly string[];
  readonly mount?: readonly string[];
  readonly profile?: readonly string[];
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
  readonly failOn?: Verdict | "never";
  readonly allowUnknown?: boolean;
  readonly policy?: string | false;
  readonly baseline?: string;
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
  const settled = await settle(options);
  checkHosts(images, settled);
  checkEmitters(options.emit ?? [], options.format, images, settled.host);
  const gate = { ...settled, today: today(process.env), ...(await askedBaseline(options)) };
  const reports = await analyzeOnHosts(images, options, settled, progress);
  progress.clear();
  if (hasReadZstd() && zstdDecoderName() === "zstddec")
    warn("zstd was read by the slower WebAssembly decoder: the native one (zstd-napi) could not be built here");
  const gates = checkGates(reports, gate);
  // Before anything is written: what a runtime has no words for is an error.
  const emissions = await renderEmissions(reports, options);
  const isTaken = options.emit?.some(({ file }) => file === undefined) === true;
  for (const output of sortOutputs(options.format ?? (isTaken ? [] : TEXT)))
    await writeResult(await renderReports(reports, gates.results, output), output.file, output);
  for (const { output, text } of emissions) await writeResult(text, output.file);
  applyGates(reports, gates, settled);
}

/** It is read before anything else is done: whoever named a wrong file should not wait for that. */
async function askedBaseline({ baseline }: AnalyzeArguments): Promise<{ readonly baseline?: readonly Report[] }> {
  return baseline === undefined ? {} : { baseline: await readReports(baseline) };
}

/** Image by image, and the hosts of each in the order in which they were named. */
async function analyzeOnHosts(
  images: readonly string[],
  options: AnalyzeArguments,
  settled: Settled,
  progress: ProgressLine,
): Promise<readonly Report[]> {
  const cache = openAskedCache(options.cache);
  const profiles = await Promise.all((options.profile ?? []).map(readProfileList));
  const onHosts: (readonly Report[])[] = [];
  for (const source of settled.host ?? [undefined]) {
    const host = await openHost(source, options, cache, progress);
    const onHost = await analyzeSeveral(images, {
      ...toAnalyzeOptions(host, options, progress),
      ...toPolicyOptions(settled),
      ...(profiles.length === 0 ? {} : { profiles }),
      jobs: options.jobs ?? Math.min(availableParallelism(), MAX_JOBS),
      ...(cache === undefined ? {} : { cache }),
    });
    onHosts.push(onHost);
  }
  return images.flatMap((_, index) => onHosts.flatMap((onHost) => onHost[index] ?? []));
}

/** What a policy wants to be judged and told. */
function toPolicyOptions({ library, policy }: Settled): Partial<AnalyzeOptions> {
  const { required = [], floors } = policy ?? {};
  return {
    ...(library === undefined ? {} : { libraries: library }),
    ...(required.length === 0 ? {} : { wanted: [...new Set(required.map((one) => one.library))] }),
    ...(floors?.kernel === undefined && floors?.isa === undefined ? {} : { describesFloors: true }),
  };
}

/** @throws ContainerspecError usage where no image is named, or not all that is named can be read */
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
  if (images.includes("-") && process.stdin.isTTY) {
    throw new ContainerspecError(
      "usage",
      "Cannot read an image from the keyboard: pipe one in, as in: docker save app:1 | containerspec analyze -",
    );
  }
}

/** @throws ContainerspecError usage */
function checkHosts(images: readonly string[], { host = [] }: Settled): void {
  if (!images.includes("-") || host.length < 2) return;
  throw new ContainerspecError(
    "usage",
    "Cannot read an image from standard input for several hosts: it passes by once; save it to a file first",
  );
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
    onWarning: warn,
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
