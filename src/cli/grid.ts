/** The options of `containerspec grid`: the same container over several bases, MPIs and architectures. */
import { Command, Option } from "commander";
import { cacheOptions } from "./cache.js";
import { collectGridFormat } from "./grid-formats.js";
import { hostOption, layerModeOption, limitOption, verifyOption } from "./options.js";
import type { GridArguments } from "./run-grid.js";

export function createGridCommand(): Command {
  return new Command("grid")
    .summary("the same container over several bases: its files, its CI matrix, and the verdicts")
    .description(
      "Takes a file that describes one container over several bases, MPIs and architectures; writes its Dockerfiles and definition files, prints the matrix for CI, and judges the images that are built on hosts.",
    )
    .usage("[options] <file>")
    .argument("<file>", "a grid in YAML (docs/grid.md)")
    .option("--write <folder>", "write a Dockerfile and an Apptainer definition for each base and MPI")
    .option(
      "--check",
      "exit with 1 where the files of --write are not current (nothing is written), or where not all goes well",
    )
    .addOption(hostOption())
    .option("--cpu <name>", "the CPU of every host: a microarchitecture or a level, such as zen4 or x86-64-v3")
    .addOption(layerModeOption())
    .addOption(verifyOption())
    .addOption(limitOption())
    .addOption(cacheOptions()[0])
    .addOption(cacheOptions()[1])
    .addOption(
      new Option(
        "--format <name[=file]>",
        "text, json or html: the verdicts; matrix: the cells for a CI job (repeatable; default: text)",
      ).argParser(collectGridFormat),
    )
    .addHelpText("after", HELP)
    .action(async (file: string, options: GridArguments) => {
      const { runGrid } = await import("./run-grid.js");
      await runGrid(file, options);
    });
}

const HELP = `
Exit codes: 0 done, 1 --check found what is not as it should be, 2 wrong usage, 3 unreadable input, 4 internal fault
Example: containerspec grid grid.yaml --write images --format matrix`;
