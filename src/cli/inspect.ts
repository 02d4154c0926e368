/** The options of `containerspec inspect`: what an image holds, needs and offers, without any host. */
import { Command, Option } from "commander";
import { cacheOptions } from "./cache.js";
import { collect, collectEnv, layerModeOption, limitOption, verifyOption } from "./options.js";
import type { InspectArguments } from "./run-inspect.js";

export function createInspectCommand(): Command {
  return new Command("inspect")
    .summary("what an image holds, needs and offers")
    .description(
      "Describes an image: its C library, floors, MPI, GPU and network libraries, and what is dangerous in it.",
    )
    .usage("[options] <image>")
    .argument("<image>", "docker save or OCI tarball (gzip or zstd too), OCI layout folder, or - for standard input")
    .option("--platform <os/arch[/variant]>", "which image of an index (default: linux/amd64, or the only one)")
    .option("--ref <name>", "which image of an archive that holds several")
    .addOption(layerModeOption())
    .addOption(verifyOption())
    .option("--env <NAME=VALUE>", "what the runtime will set, over the image's own Env (repeatable)", collectEnv)
    .addOption(limitOption())
    .addOption(cacheOptions()[0])
    .addOption(cacheOptions()[1])
    .option("--all", "in the text, every library, program and package instead of the first of them")
    .option(
      "--program <glob>",
      "in a drawing, the programs that it starts at (repeatable; default: what the image starts)",
      collect,
    )
    .addOption(
      new Option("--format <name>", "how to print it; dot and svg draw who loads which library")
        .choices(["text", "json", "dot", "svg"])
        .default("text"),
    )
    .addHelpText("after", HELP)
    .action(async (image: string, options: InspectArguments) => {
      const { runInspect } = await import("./run-inspect.js");
      await runInspect(image, options);
    });
}

const HELP = `
Exit codes: 0 done, 2 wrong usage, 3 unreadable input, 4 internal fault
Example: containerspec inspect app.tar --format json | jq .mpi.family`;
