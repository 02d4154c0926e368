/** `containerspec match` at work. */
import { ContainerspecError, match, readHost, type Host, type LayerStore, type Limits } from "../index.js";
import { renderMatch } from "../reporters/match-text.js";
import { openAskedCache } from "./asked-cache.js";
import { checkCpu } from "./asked-cpu.js";
import { askedCpuTable } from "./options.js";
import { writeResult } from "./output.js";
import { createProgressLine, type ProgressLine } from "./progress.js";
import { standardOutput } from "./terminal.js";

const WILL_NOT_RUN = 1;

/** What the options of `match` are read into. */
export interface MatchArguments {
  readonly host?: readonly string[];
  readonly cpu?: string;
  readonly platform?: string;
  readonly ref?: string;
  readonly layerMode: "overlay" | "extract";
  readonly verify: "always" | "auto" | "never";
  readonly env?: ReadonlyMap<string, string>;
  readonly limit?: Partial<Limits>;
  readonly cache?: string | false;
  readonly format: "text" | "json";
}

/** Matches every image with every host, writes the matrix, and sets the exit code: 1 where some image will not run somewhere. */
export async function runMatch(images: readonly string[], options: MatchArguments): Promise<void> {
  if (images.length === 0) {
    throw new ContainerspecError(
      "usage",
      "Cannot match: no image was given; name one before the options, as in: containerspec match app.tar --host node.json",
    );
  }
  if (images.filter((image) => image === "-").length > 1)
    throw new ContainerspecError("usage", "Cannot read two images from standard input: name files for the others");
  checkCpu(options.cpu);
  const progress = createProgressLine();
  try {
    await matchAll(images, options, progress);
  } finally {
    progress.clear();
  }
}

async function matchAll(images: readonly string[], options: MatchArguments, progress: ProgressLine): Promise<void> {
  const { cpu, platform, ref, layerMode, verify, env, limit, format } = options;
  const cache = openAskedCache(options.cache);
  const kept = cache === undefined ? {} : { cache };
  const hosts: Host[] = [];
  for (const source of options.host ?? ["live"]) hosts.push(await openHost(source, limit, kept, progress));
  const report = await match(images, {
    hosts,
    layerMode,
    verify,
    stdin: process.stdin,
    onProgress: progress.show,
    ...askedCpuTable(),
    ...kept,
    ...(cpu === undefined ? {} : { cpuLevel: cpu }),
    ...(platform === undefined ? {} : { platform }),
    ...(ref === undefined ? {} : { reference: ref }),
    ...(env === undefined ? {} : { env }),
    ...(limit === undefined ? {} : { limits: limit }),
  });
  progress.clear();
  const text = format === "json" ? `${JSON.stringify(report, null, 2)}\n` : renderMatch(report, standardOutput());
  await writeResult(text, undefined);
  if (report.cells.some(({ verdict }) => verdict === "will-not-run")) process.exitCode = WILL_NOT_RUN;
}

function openHost(
  source: string,
  limit: Partial<Limits> | undefined,
  kept: { readonly cache?: LayerStore },
  progress: ProgressLine,
): Promise<Host> {
  return readHost(source, {
    ...kept,
    ...askedCpuTable(),
    ...(limit === undefined ? {} : { limits: limit }),
    onProgress: progress.show,
  });
}
