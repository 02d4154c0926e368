/** The options of `containerspec labels`: what labels an image's content tells, and whether its own are true. */
import { Command, Option } from "commander";
import { cacheOptions } from "./cache.js";
import { collectEnv, layerModeOption, limitOption, verifyOption } from "./options.js";
import type { LabelsArguments } from "./run-labels.js";

export function createLabelsCommand(): Command {
  return new Command("labels")
    .summary("labels that an image's content tells")
    .description(
      "Derives labels from what is in an image: org.supercontainers.mpi, .gpu, .glibc and others. Each has its evidence.",
    )
    .usage("[options] <image>")
    .argument("<image>", "docker save or OCI tarball (gzip or zstd too), OCI layout folder, or - for standard input")
    .option("--check", "hold the image's own labels against its content instead; exit code 1 where one is untrue")
    .option("--write <file.tar>", "write the image again with these labels, its layers copied byte for byte")
    .option("--platform <os/arch[/variant]>", "which image of an index (default: linux/amd64, or the only one)")
    .option("--ref <name>", "which image of an archive that holds several")
    .addOption(layerModeOption())
    .addOption(verifyOption())
    .option("--env <NAME=VALUE>", "what the runtime will set, over the image's own Env (repeatable)", collectEnv)
    .addOption(limitOption())
    .addOption(cacheOptions()[0])
    .addOption(cacheOptions()[1])
    .addOption(
      new Option("--format <name>", "how to print them")
        .choices(["text", "json", "dockerfile", "flags", "annotations"])
        .default("text"),
    )
    .addHelpText("after", HELP)
    .action(async (image: string, options: LabelsArguments) => {
      const { runLabels } = await import("./run-labels.js");
      await runLabels(image, options);
    });
}

const HELP = `
Exit codes: 0 done, 1 with --check: a label is untrue, 2 wrong usage, 3 unreadable input, 4 internal fault
Example: containerspec labels app.tar --format dockerfile >> Dockerfile`;
