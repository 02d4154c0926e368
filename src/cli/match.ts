/** The options of `containerspec match`: which image runs on which host, and how well. */
import { Command, Option } from "commander";
import { MATCH_VERDICTS } from "../vocabulary.js";
import { cacheOptions } from "./cache.js";
import { collectEnv, hostOption, layerModeOption, limitOption, verifyOption } from "./options.js";
import type { MatchArguments } from "./run-match.js";

export function createMatchCommand(): Command {
  return new Command("match")
    .summary("which images run on which hosts, and how well they fit the CPU")
    .description(
      "Matches images with hosts: does each run there, with what mounts, and does it use what the CPU can do?",
    )
    .usage("[options] <image...>")
    .argument("[image...]", "docker save or OCI tarball (gzip or zstd too), OCI layout folder, or - for standard input")
    .addOption(hostOption())
    .option("--cpu <name>", "the CPU of every host: a microarchitecture or a level, such as zen4 or x86-64-v3")
    .option("--platform <os/arch[/variant]>", "which image of an index (default: each host's own)")
    .option("--ref <name>", "which image of an archive that holds several")
    .addOption(layerModeOption())
    .addOption(verifyOption())
    .option("--env <NAME=VALUE>", "what the runtime will set, over the image's own Env (repeatable)", collectEnv)
    .addOption(limitOption())
    .addOption(cacheOptions()[0])
    .addOption(cacheOptions()[1])
    .addOption(new Option("--format <name>", "how to print it").choices(["text", "json"]).default("text"))
    .addHelpText("after", HELP)
    .action(async (images: readonly string[], options: MatchArguments) => {
      const { runMatch } = await import("./run-match.js");
      await runMatch(images, options);
    });
}

const HELP = `
Verdicts, best to worst: ${MATCH_VERDICTS.join(", ")}
Exit codes: 0 every image may run, 1 one will not, 2 wrong usage, 3 unreadable input, 4 internal fault
Example: containerspec match app.tar --host node.json --host login.json`;
