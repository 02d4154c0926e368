/** The options of `containerspec update`: whether the bases of Dockerfiles are current, and making them so. */
import { Command, InvalidArgumentError, Option } from "commander";
import { cacheOptions } from "./cache.js";
import { collect, limitOption, verifyOption } from "./options.js";
import type { UpdateArguments } from "./asked-update.js";

export function createUpdateCommand(): Command {
  return new Command("update")
    .summary("are the bases of Dockerfiles current; digests, tags and base labels")
    .description(
      "Tells what is not current in Dockerfiles: digests that FROM and COPY --from name, tags, and the labels about the base. Nothing is written without --write.",
    )
    .usage("[options] <Dockerfile|folder...>")
    .argument("<path...>", "Dockerfiles, and folders that are searched for them and for uptodate.yaml")
    .addOption(new Option("--check", "exit with 1 where something is not current").conflicts("write"))
    .option(
      "--write",
      "write the changes; nothing else in a file changes, and none is written where one question has no answer",
    )
    .option("--diff", "print the changes as a patch")
    .option("--lock <file>", "take digests and tags from this lock file, and ask no registry")
    .option("--fill <image>", "take digests from this OCI layout or archive, and ask no registry (repeatable)", collect)
    .option("--record <file>", "write all answers to this lock file")
    .option(
      "--versions <source>",
      "versions for ARG uptodate_github_release_… and the like: a file, or 'live' for GitHub and Spack (GITHUB_TOKEN)",
    )
    .option("--no-digests", "do not pin digests where FROM has none")
    .option("--no-labels", "leave labels alone: org.opencontainers.image.base.*, and those that --fill lets derive")
    .option("--no-content-labels", "leave org.supercontainers.* alone, which the content of a base from --fill tells")
    .option("--no-hierarchies", "make no Dockerfiles that an uptodate.yaml asks for, and do not ask for their tags")
    .addOption(
      new Option(
        "--tags <step>",
        "also move to newer tags of the same family: in the last part, behind the first, or in any",
      ).choices(["patch", "minor", "major"]),
    )
    .option(
      "--range <name=range>",
      "releases that an image may have, such as 'python=>=3.10 <4' (repeatable)",
      collectRange,
    )
    .option("--ignore <name:tag>", "a tag that is never taken; * stands for anything (repeatable)", collect)
    .option("--cool-down <days>", "take a tag when its image has been out for so many days", parseDays)
    .addOption(guardedHostOption())
    .option("--despite-hosts", "write also what will not run on a host; else it is held back")
    .option("--mirror <registry=host>", "ask another host for the images of a registry (repeatable)", collectMirror)
    .option("--insecure <host>", "speak http with this registry; loopback needs no word (repeatable)", collect)
    .addOption(verifyOption())
    .addOption(limitOption())
    .addOption(cacheOptions()[0])
    .addOption(cacheOptions()[1])
    .addOption(new Option("--format <name>", "how to print it").choices(["text", "json", "matrix"]).default("text"))
    .addHelpText("after", HELP)
    .action(async (paths: readonly string[], options: UpdateArguments) => {
      const { runUpdate } = await import("./run-update.js");
      await runUpdate(paths, options);
    });
}

const HELP = `
Exit codes: 0 current, written or shown, 1 --check found what is not current, 2 wrong usage, 3 unreadable input or no answer, 4 internal fault
Example: containerspec update . --check --lock images.lock.json`;

/** Unlike where a host is the question itself, nobody is asked by default. */
function guardedHostOption(): Option {
  return new Option(
    "--host [host]",
    "warn where a newer base of --fill does not run on this host: the live machine, a profile, a root folder or an image (repeatable)",
  )
    .preset("live")
    .argParser(collect);
}

function collectRange(value: string, before: ReadonlyMap<string, string> = new Map()): ReadonlyMap<string, string> {
  const equals = value.indexOf("=");
  if (equals < 1) throw new InvalidArgumentError("Expected a name and a range, such as 'python=>=3.10 <4'.");
  return new Map([...before, [value.slice(0, equals), value.slice(equals + 1)]]);
}

function collectMirror(value: string, before: ReadonlyMap<string, string> = new Map()): ReadonlyMap<string, string> {
  const [registry = "", host = "", ...rest] = value.split("=");
  if (registry === "" || host === "" || rest.length > 0) {
    throw new InvalidArgumentError("Expected a registry and a host, such as docker.io=localhost:5000.");
  }
  return new Map([...before, [registry, host]]);
}

function parseDays(value: string): number {
  const days = Number(value);
  if (!/^\d+$/.test(value) || days > 3650) throw new InvalidArgumentError("Expected a number of days, from 0 to 3650.");
  return days;
}
