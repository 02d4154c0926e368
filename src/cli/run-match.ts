/** `containerspec match` at work. */
import { ContainerspecError, match, readHost, type Host, type InspectOptions } from "../index.js";
import { renderMatch } from "../reporters/match-text.js";
import { checkCpu } from "./asked-cpu.js";
import { toReading, type ReadingArguments } from "./asked-reading.js";
import { askedCpuTable } from "./options.js";
import { writeResult } from "./output.js";
import { createProgressLine, type ProgressLine } from "./progress.js";
import { standardOutput } from "./terminal.js";

const WILL_NOT_RUN = 1;

/** What the options of `match` are read into. */
export interface MatchArguments extends ReadingArguments {
  readonly host?: readonly string[];
  readonly cpu?: string;
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
  const { cpu, format } = options;
  const reading = toReading(options, progress.show);
  const hosts: Host[] = [];
  for (const source of options.host ?? ["live"]) hosts.push(await openHost(source, reading));
  const report = await match(images, {
    hosts,
    ...reading,
    ...askedCpuTable(),
    ...(cpu === undefined ? {} : { cpuLevel: cpu }),
  });
  progress.clear();
  const text = format === "json" ? `${JSON.stringify(report, null, 2)}\n` : renderMatch(report, standardOutput());
  await writeResult(text, undefined);
  if (report.cells.some(({ verdict }) => verdict === "will-not-run")) process.exitCode = WILL_NOT_RUN;
}

/** A host costs no more than an image, and is remembered with them; which platform is chosen is a question about images. */
function openHost(source: string, { cache, limits, onProgress }: InspectOptions): Promise<Host> {
  return readHost(source, {
    ...askedCpuTable(),
    ...(cache === undefined ? {} : { cache }),
    ...(limits === undefined ? {} : { limits }),
    ...(onProgress === undefined ? {} : { onProgress }),
  });
}
