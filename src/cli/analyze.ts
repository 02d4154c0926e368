/** `containerspec analyze`: the main job and the gate. */
import { Command, Option } from "commander";
import {
  analyze,
  checkGate,
  ContainerspecError,
  hasReadZstd,
  CPU_LEVELS,
  readHost,
  VERDICTS,
  zstdDecoderName,
  type AnalyzeOptions,
  type Host,
  type LayerStore,
  type Limits,
  type Report,
  type Verdict,
} from "../index.js";
import { cacheOptions, openAskedCache } from "./cache.js";
import { collectFormat, renderReports, sortOutputs, type Output } from "./formats.js";
import { collect, collectEnv, collectLimit } from "./options.js";
import { warn, writeResult } from "./output.js";
import { listSome } from "../reporters/terminal.js";
import { createProgressLine, type ProgressLine } from "./progress.js";

const GATE_FAILED = 1;
/** more names than these are counted on standard error: the report has them all */
const MAX_NAMES = 8;
const TEXT: readonly Output[] = [{ format: "text" }];

interface Options {
  readonly host?: string | true;
  readonly hostFolder?: readonly string[];
  readonly library?: readonly string[];
  readonly mount?: readonly string[];
  readonly asSet?: boolean;
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
  readonly consumer?: readonly string[];
  readonly limit?: Partial<Limits>;
  readonly cache?: string | false;
  readonly format?: readonly Output[];
  readonly failOn: Verdict | "never";
  readonly allowUnknown?: boolean;
}

export function createAnalyzeCommand(): Command {
  return new Command("analyze")
    .summary("which host libraries may be mounted into an image, and the gate")
    .description(
      "Judges host libraries against an image: may they be bind-mounted into it, and will everything still work?",
    )
    .usage("[options] <image...>")
    .argument("[image...]", "docker save or OCI tarball (gzip or zstd too), OCI layout folder, or - for standard input")
    .option(
      "--host [host]",
      "the live machine; or a profile of `containerspec host`, a root folder, or an image (default: the live machine)",
    )
    .option("--host-folder <folder>", "also know the libraries in this folder of the host (repeatable)", collect)
    .option(
      "--library <glob>",
      "names, DT_SONAMEs or paths to judge (repeatable; default: names that both sides have; '*': all)",
      collect,
    )
    .option(
      "--mount <source:target>",
      "a bind as the runtime will get it, file or folder (repeatable; all are judged together)",
      collect,
    )
    .option("--as-set", "judge everything together, as one set of mounts")
    .addOption(
      new Option("--placement <where>", "over the image's file, or in a folder searched first or last")
        .choices(["over", "first", "last"])
        .default("over"),
    )
    .addOption(
      new Option("--companions <which>", "host dependencies that travel with each library")
        .choices(["none", "missing", "all"])
        .default("none"),
    )
    .option("--mount-folder <folder>", "where first and last put libraries", "/.containerspec/lib")
    .option("--platform <os/arch[/variant]>", "which image of an index (default: the host's)")
    .option("--ref <name>", "which image of an archive that holds several")
    .addOption(
      new Option(
        "--layer-mode <how>",
        "layers as overlayfs shows them (Docker, Podman, enroot), or as an extractor unpacks them (Apptainer, umoci)",
      )
        .choices(["overlay", "extract"])
        .default("overlay"),
    )
    .addOption(
      new Option(
        "--ld-cache <which>",
        "the ld.so.cache of the container: the image's, one that ldconfig writes after mounting, or none",
      )
        .choices(["shipped", "regenerated", "none"])
        .default("shipped"),
    )
    .addOption(
      new Option("--verify <when>", "check the digests of blobs and layers")
        .choices(["always", "auto", "never"])
        .default("always"),
    )
    .option("--env <NAME=VALUE>", "what the runtime will set, over the image's own Env (repeatable)", collectEnv)
    .addOption(new Option("--cpu <level>", "the host's CPU where its profile has none").choices(CPU_LEVELS))
    .option("--consumer <glob>", "judge by these programs and libraries of the image only (repeatable)", collect)
    .option(
      "--limit <name=value>",
      "what an image may cost, such as memory=4G (repeatable; names: docs/cli.md, Limits)",
      collectLimit,
    )
    .option(
      "--format <name[=file]>",
      "text or json, to standard output or a file (repeatable; default: text)",
      collectFormat,
    )
    .addOption(
      new Option("--fail-on <verdict>", "the mildest verdict that fails the gate")
        .choices([...VERDICTS, "never"])
        .default("risky"),
    )
    .option("--allow-unknown", "let unknown pass")
    .addOption(cacheOptions()[0])
    .addOption(cacheOptions()[1])
    .addHelpText("after", HELP)
    .action(run);
}

const HELP = `
Verdicts, best to worst: ${VERDICTS.join(", ")}
Exit codes: 0 the gate passes, 1 it fails, 2 wrong usage, 3 unreadable input, 4 internal fault
Example: docker save app:1 -o app.tar && containerspec analyze app.tar --library 'libmpi.so.*'`;

async function run(images: readonly string[], options: Options): Promise<void> {
  const progress = createProgressLine();
  try {
    await analyzeAll(images, options, progress);
  } finally {
    progress.clear();
  }
}

async function analyzeAll(images: readonly string[], options: Options, progress: ProgressLine): Promise<void> {
  checkImages(images, options);
  const cache = openAskedCache(options.cache);
  const host = await openHost(options, cache, progress);
  const reports: Report[] = [];
  const analyzeOptions = { ...toAnalyzeOptions(host, options, progress), ...(cache === undefined ? {} : { cache }) };
  for (const image of images) reports.push(await analyzeOne(image, analyzeOptions));
  progress.clear();
  if (hasReadZstd() && zstdDecoderName() === "zstddec")
    warn("zstd was read by the slower WebAssembly decoder: the native one (zstd-napi) could not be built here");
  for (const output of sortOutputs(options.format ?? TEXT))
    await writeResult(renderReports(reports, output), output.file);
  applyGate(reports, options);
}

/** An error deep inside an archive does not know which of the images it is: the message says so in the end. */
async function analyzeOne(image: string, options: AnalyzeOptions): Promise<Report> {
  try {
    return await analyze(image, options);
  } catch (error) {
    const name = image === "-" ? "standard input" : image;
    if (!(error instanceof ContainerspecError) || error.code === "usage" || error.message.includes(name)) throw error;
    throw new ContainerspecError(error.code, `${error.message}, in ${name}`, error.where, { cause: error });
  }
}

/** @throws ContainerspecError usage where no image is named, or what is named cannot be all read */
function checkImages(images: readonly string[], { host }: Options): void {
  if (images.length === 0) {
    const hint =
      typeof host === "string"
        ? `--host took ${host} as the host; name the image first: containerspec analyze ${host} --host`
        : "name a tarball or a folder: containerspec analyze app.tar";
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

function openHost(
  { host, hostFolder, mount, platform, limit }: Options,
  cache: LayerStore | undefined,
  progress: ProgressLine,
): Promise<Host> {
  return readHost(typeof host === "string" ? host : undefined, {
    ...(hostFolder === undefined ? {} : { folders: hostFolder }),
    ...(mount === undefined ? {} : { trees: mount.map((text) => text.split(":")[0] ?? text) }),
    onProgress: progress.show,
    ...(platform === undefined ? {} : { platform }),
    ...(limit === undefined ? {} : { limits: limit }),
    ...(cache === undefined ? {} : { cache }),
  });
}

function toAnalyzeOptions(host: Host, options: Options, progress: ProgressLine): AnalyzeOptions {
  const {
    library,
    mount,
    asSet,
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
    ...(limit === undefined ? {} : { limits: limit }),
    ...(env === undefined ? {} : { env }),
    ...(consumer === undefined ? {} : { consumers: consumer }),
    ...(platform === undefined ? {} : { platform }),
    ...(ref === undefined ? {} : { reference: ref }),
    ...(cpu === undefined ? {} : { cpuLevel: cpu }),
  };
}

function applyGate(reports: readonly Report[], { failOn, allowUnknown = false, library, mount }: Options): void {
  const hasChosen = library !== undefined || mount !== undefined;
  if (!hasChosen && failOn !== "never")
    warn("no library was gated: name those that must pass with --library or --mount");
  for (const report of reports) {
    if (hasChosen && report.mounts.length === 0 && failOn !== "never")
      warn(`no library was gated for ${report.image.source}: the host has none for it`);
    const { passes, failed, imageRules } = checkGate(report, { failOn, allowUnknown, hasChosen });
    if (passes) continue;
    process.exitCode = GATE_FAILED;
    const why = [...imageRules.map((rule) => `the image itself (${rule})`), ...failed];
    warn(`the gate fails for ${report.image.source} at --fail-on ${failOn}: ${listSome(why, MAX_NAMES)}`);
  }
}
