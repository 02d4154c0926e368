/** `containerspec host`: what a host has, for people, or as a profile that can be carried. */
import { Command, Option } from "commander";
import type { CpuProfile, HostProfile, Limits, ReadHostOptions } from "../index.js";
import { ContainerspecError } from "../vocabulary.js";
import { cacheOptions } from "./cache.js";
import { askedCpuTable, collect, collectLimit } from "./options.js";
import { warn, writeResult } from "./output.js";
import { createProgressLine } from "./progress.js";
import { standardOutput } from "./terminal.js";

interface Options {
  readonly output?: string;
  readonly folder?: readonly string[];
  readonly platform?: string;
  readonly limit?: Partial<Limits>;
  readonly cache?: string | false;
  readonly cpuinfo?: string;
  readonly machine?: string;
  readonly format: "text" | "json";
}

export function createHostCommand(): Command {
  return new Command("host")
    .summary("describe a host: libraries, kernel, CPU, MPI, GPU, fabric")
    .description(
      "Describes a host. With -o the description is a profile, which `analyze --host` takes on any machine; it holds no user, address or environment.",
    )
    .argument("[root]", "a root folder, an image or a profile (default: the live machine)")
    .option("-o, --output <file>", "write the profile to a file; compressed where its name ends in .gz or .zst")
    .option("--folder <folder>", "also know the libraries in this folder of the host (repeatable)", collect)
    .option("--platform <os/arch[/variant]>", "which image of an index, where the host is an image")
    .option(
      "--limit <name=value>",
      "what the host may cost where it is an image, such as memory=4G (repeatable; names: docs/cli.md, Limits)",
      collectLimit,
    )
    .option(
      "--cpuinfo <file>",
      "its CPU, from a saved /proc/cpuinfo, lscpu, sysctl or CPUID (-: standard input); without a root that alone is described",
    )
    .option("--machine <name>", "uname -m of the machine that --cpuinfo is from, where the capture does not tell")
    .addOption(cacheOptions()[0])
    .addOption(cacheOptions()[1])
    .addOption(new Option("--format <name>", "how to print it").choices(["text", "json"]).default("text"))
    .action(run);
}

async function run(root: string | undefined, options: Options): Promise<void> {
  const { cpuinfo, machine } = options;
  if (machine !== undefined && (cpuinfo === undefined || root !== undefined)) {
    throw new ContainerspecError(
      "usage",
      "Cannot use --machine here: it says where a capture is from that --cpuinfo names, and a root tells that itself",
    );
  }
  if (cpuinfo !== undefined && root === undefined) await runCpu(cpuinfo, options);
  else await runHost(root, options);
}

/** The CPU of a capture, and nothing else. */
async function runCpu(cpuinfo: string, { output, machine, format }: Options): Promise<void> {
  const { describeCpu, packProfile } = await import("../index.js");
  const { renderCpu } = await import("../reporters/host-text.js");
  const profile = await describeCpu(cpuinfo, {
    ...askedCpuTable(),
    ...(machine === undefined ? {} : { machine }),
    stdin: process.stdin,
  });
  if (output !== undefined) await writeResult(packProfile(toJson(profile), output), output);
  else await writeResult(format === "json" ? toJson(profile) : renderCpu(profile, standardOutput()), undefined);
}

async function runHost(
  root: string | undefined,
  { output, folder, platform, limit, cache, cpuinfo, format }: Options,
): Promise<void> {
  const { describeHost, packProfile, summarizeHost } = await import("../index.js");
  const { renderHost } = await import("../reporters/host-text.js");
  const { openAskedCache } = await import("./asked-cache.js");
  const store = openAskedCache(cache);
  const progress = createProgressLine();
  const settings: ReadHostOptions = {
    ...(folder === undefined ? {} : { folders: folder }),
    ...(platform === undefined ? {} : { platform }),
    ...(limit === undefined ? {} : { limits: limit }),
    ...(store === undefined ? {} : { cache: store }),
    ...(cpuinfo === undefined ? {} : { cpuinfo }),
    ...askedCpuTable(),
    stdin: process.stdin,
    onProgress: progress.show,
    onWarning: warn,
  };
  let text: string | Uint8Array;
  try {
    if (output !== undefined) text = packProfile(toJson(await describeHost(root, settings)), output);
    else if (format === "json") text = toJson(await describeHost(root, settings));
    else text = renderHost(await summarizeHost(root, settings), standardOutput());
  } finally {
    progress.clear();
  }
  await writeResult(text, output);
}

function toJson(profile: HostProfile | CpuProfile): string {
  return `${JSON.stringify(profile)}\n`;
}
