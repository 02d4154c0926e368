/** The options of `containerspec analyze`, the main job and the gate. */
import { Command, Option } from "commander";
import { VERDICTS } from "../vocabulary.js";
import { cacheOptions } from "./cache.js";
import { collectEmitter, EMITTER_NAMES } from "./emitters.js";
import { collectFormat, FORMAT_NAMES } from "./formats.js";
import { collect, collectEnv, hostOption, limitOption, parseCount, verifyOption } from "./options.js";
import type { AnalyzeArguments } from "./run-analyze.js";

export function createAnalyzeCommand(): Command {
  return new Command("analyze")
    .summary("which host libraries may be mounted into an image, and the gate")
    .description(
      "Judges host libraries against an image: may they be bind-mounted into it, and will everything still work?",
    )
    .usage("[options] <image...>")
    .argument("[image...]", "docker save or OCI tarball (gzip or zstd too), OCI layout folder, or - for standard input")
    .addOption(hostOption())
    .option("--host-folder <folder>", "also know the libraries in this folder of the host (repeatable)", collect)
    .option(
      "--library <glob>",
      "names, DT_SONAMEs or paths to judge (repeatable; default: names that both sides have; '*': all)",
      collect,
    )
    .option(
      "--mount <source:target>",
      "a bind as the runtime will get it, file or folder (repeatable; all are judged together)",
      collect,
    )
    .option(
      "--profile <name>",
      "libraries by what they are for: mpi, nvidia, rocm, level-zero, opencl, vulkan, fabric, all, auto (what the image asks for), or a site's own list (repeatable)",
      collect,
    )
    .option("--plan", "find the smallest set of mounts that gives the image what was asked for, and judge it as one")
    .option(
      "--emit <runtime[=file]>",
      `the plan as ${EMITTER_NAMES} takes it; to standard output or a file (repeatable; implies --plan)`,
      collectEmitter,
    )
    .option("--as-set", "judge everything together, as one set of mounts")
    .addOption(
      new Option("--placement <where>", "over the image's file, or in a folder searched first or last")
        .choices(["over", "first", "last"])
        .default("over"),
    )
    .addOption(
      new Option("--companions <which>", "host dependencies that travel with each library")
        .choices(["none", "missing", "all"])
        .default("none"),
    )
    .option("--mount-folder <folder>", "where first and last put libraries", "/.containerspec/lib")
    .option("--platform <os/arch[/variant]>", "which image of an index (default: the host's)")
    .option("--ref <name>", "which image of an archive that holds several")
    .addOption(
      new Option(
        "--layer-mode <how>",
        "layers as overlayfs shows them (Docker, Podman, enroot), or as an extractor unpacks them (Apptainer, umoci)",
      )
        .choices(["overlay", "extract"])
        .default("overlay"),
    )
    .addOption(
      new Option(
        "--ld-cache <which>",
        "the ld.so.cache of the container: the image's, one that ldconfig writes after mounting, or none",
      )
        .choices(["shipped", "regenerated", "none"])
        .default("shipped"),
    )
    .addOption(verifyOption())
    .option("--env <NAME=VALUE>", "what the runtime will set, over the image's own Env (repeatable)", collectEnv)
    .addOption(
      new Option(
        "--cpu <name>",
        "the host's CPU where its profile has none: a microarchitecture or a level, such as zen4 or x86-64-v3",
      ),
    )
    .addOption(
      new Option("--cpuinfo <file>", "the host's CPU, from a saved /proc/cpuinfo, lscpu, sysctl or CPUID").conflicts(
        "cpu",
      ),
    )
    .option("--consumer <glob>", "judge by these programs and libraries of the image only (repeatable)", collect)
    .addOption(limitOption())
    .option(
      "--format <name[=file]>",
      `${FORMAT_NAMES}; to standard output or a file (repeatable; default: text)`,
      collectFormat,
    )
    .addOption(
      new Option(
        "--fail-on <verdict>",
        "the mildest verdict that fails the gate (default: what the policy says, or risky)",
      ).choices([...VERDICTS, "never"]),
    )
    .option("--allow-unknown", "let unknown pass")
    .option(
      "--policy <file>",
      "severities, required libraries, floors, accepted findings (default: containerspec.yaml here or above)",
    )
    .option("--no-policy", "no policy, also where there is one")
    .option("--baseline <report.json>", "fail only on what got worse since the report of an earlier run")
    .addOption(cacheOptions()[0])
    .addOption(cacheOptions()[1])
    .option("--jobs <n>", "how many of several images to look at together (default: the cores, at most 4)", parseCount)
    .addHelpText("after", HELP)
    .action(async (images: readonly string[], options: AnalyzeArguments) => {
      const { runAnalyze } = await import("./run-analyze.js");
      await runAnalyze(images, options);
    });
}

const HELP = `
Verdicts, best to worst: ${VERDICTS.join(", ")}
Exit codes: 0 the gate passes, 1 it fails, 2 wrong usage, 3 unreadable input, 4 internal fault
Example: docker save app:1 -o app.tar && containerspec analyze app.tar --library 'libmpi.so.*'`;
