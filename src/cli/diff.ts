/** The options of `containerspec diff`: two images, or two reports of `analyze`. */
import { Command, Option } from "commander";
import { cacheOptions } from "./cache.js";
import { layerModeOption, limitOption, parseParts, verifyOption } from "./options.js";
import type { DiffArguments } from "./run-diff.js";

export function createDiffCommand(): Command {
  return new Command("diff")
    .summary("what differs between two images, or two reports")
    .description(
      "Compares two images: libraries and their ABI, programs, floors, hazards, packages, configuration, layers and files. " +
        "Or two reports that `analyze --format json` wrote: verdicts that changed, libraries and findings that came and went.",
    )
    .argument("<before>", "the earlier image or report; - is an image on standard input")
    .argument("<after>", "the later one")
    .option("--only <parts>", "what of two images is compared, as in libraries,files (default: everything)", parseParts)
    .option("--full", "lists of the text are not cut")
    .option("--platform <os/arch[/variant]>", "which image of an index (default: linux/amd64, or the only one)")
    .option("--before-ref <name>", "which image of the first archive, where it holds several")
    .option("--after-ref <name>", "which image of the second one")
    .addOption(layerModeOption())
    .addOption(verifyOption())
    .addOption(limitOption())
    .addOption(cacheOptions()[0])
    .addOption(cacheOptions()[1])
    .addOption(new Option("--format <name>", "how to print it").choices(["text", "json", "markdown"]).default("text"))
    .addHelpText("after", HELP)
    .action(async (before: string, after: string, options: DiffArguments) => {
      const { runDiff } = await import("./run-diff.js");
      await runDiff(before, after, options);
    });
}

const HELP = `
Exit codes: 0 nothing differs, 1 something does, 2 wrong usage, 3 unreadable input, 4 internal fault
Example: containerspec diff app-1.tar app-2.tar --only libraries,packages
         containerspec diff last-week.json today.json --format markdown`;
