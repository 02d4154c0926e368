/** The options of `containerspec artifact`: what an image needs, in the forms that others read. */
import { Command } from "commander";
import { collectArtifactFormat } from "./artifact-formats.js";
import { cacheOptions } from "./cache.js";
import { collectEnv, layerModeOption, limitOption, verifyOption } from "./options.js";
import type { ArtifactArguments } from "./run-artifact.js";

export function createArtifactCommand(): Command {
  return new Command("artifact")
    .summary("what an image needs, as the compatibility artifacts that others read")
    .description(
      "Writes what the content of an image proves that it needs of a machine, in the forms of Node Feature Discovery, compspec, ocifit and OCI's working group; containerspec match reads them in the image's place.",
    )
    .usage("[options] <image>")
    .argument("<image>", "docker save or OCI tarball (gzip or zstd too), OCI layout folder, or - for standard input")
    .option(
      "--format <name[=file]>",
      "nfd, compspec, ocifit, or the drafts oci-b, oci-h and oci-j (repeatable; default: nfd)",
      collectArtifactFormat,
    )
    .option("--layout <folder>", "write an OCI layout of them, which refers to the image; for skopeo and oras to push")
    .option("--platform <os/arch[/variant]>", "which image of an index (default: linux/amd64, or the only one)")
    .option("--ref <name>", "which image of an archive that holds several")
    .addOption(layerModeOption())
    .addOption(verifyOption())
    .option("--env <NAME=VALUE>", "what the runtime will set, over the image's own Env (repeatable)", collectEnv)
    .addOption(limitOption())
    .addOption(cacheOptions()[0])
    .addOption(cacheOptions()[1])
    .addHelpText("after", HELP)
    .action(async (image: string, options: ArtifactArguments) => {
      const { runArtifact } = await import("./run-artifact.js");
      await runArtifact(image, options);
    });
}

const HELP = `
Exit codes: 0 done, 2 wrong usage, 3 unreadable input, 4 internal fault
Example: containerspec artifact app --format nfd --layout app-compatibility`;
