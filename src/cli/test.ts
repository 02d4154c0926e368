/** The options of `containerspec test`: an image held against files of tests. */
import { Command, Option } from "commander";
import { cacheOptions } from "./cache.js";
import { collect, collectEnv, layerModeOption, limitOption, verifyOption } from "./options.js";
import type { TestArguments } from "./run-test.js";

export function createTestCommand(): Command {
  return new Command("test")
    .summary("hold an image against a file of tests")
    .description(
      "Runs the elfBinaryTests, fileExistenceTests and metadataTest of a file in container-structure-test's format, offline: nothing is started.",
    )
    .usage("[options] <image>")
    .argument("<image>", "docker save or OCI tarball (gzip or zstd too), OCI layout folder, or - for standard input")
    .requiredOption("-c, --config <file>", "the tests, as YAML or JSON (repeatable)", collect)
    .option("--platform <os/arch[/variant]>", "which image of an index (default: linux/amd64, or the only one)")
    .option("--ref <name>", "which image of an archive that holds several")
    .addOption(layerModeOption())
    .addOption(verifyOption())
    .option("--env <NAME=VALUE>", "what the runtime will set, over the image's own Env (repeatable)", collectEnv)
    .addOption(limitOption())
    .addOption(cacheOptions()[0])
    .addOption(cacheOptions()[1])
    .addOption(new Option("--format <name>", "how to print it").choices(["text", "json", "junit"]).default("text"))
    .addHelpText("after", HELP)
    .action(async (image: string, options: TestArguments) => {
      const { runTest } = await import("./run-test.js");
      await runTest(image, options);
    });
}

const HELP = `
Exit codes: 0 all tests pass, 1 one fails or is unknown, 2 wrong usage or tests, 3 unreadable input, 4 internal fault
Example: containerspec test app.tar -c tests.yaml --format junit > tests.xml`;
