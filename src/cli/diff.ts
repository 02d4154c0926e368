/** `containerspec diff`: what two runs say differently. */
import { Command, Option } from "commander";
import type { ReportDiff } from "../index.js";
import { writeResult } from "./output.js";
import { standardOutput } from "./terminal.js";

const DIFFERENT = 1;

interface Options {
  readonly format: "text" | "json" | "markdown";
}

export function createDiffCommand(): Command {
  return new Command("diff")
    .summary("what two reports say differently")
    .description(
      "Compares two reports that `analyze --format json` wrote: verdicts that changed, libraries and findings that came and went.",
    )
    .argument("<before>", "the earlier report")
    .argument("<after>", "the later one")
    .addOption(new Option("--format <name>", "how to print it").choices(["text", "json", "markdown"]).default("text"))
    .addHelpText("after", HELP)
    .action(run);
}

async function run(before: string, after: string, { format }: Options): Promise<void> {
  const { diff } = await import("../index.js");
  const found = await diff(before, after);
  await writeResult(await render(found, format), undefined);
  if (!found.same) process.exitCode = DIFFERENT;
}

async function render(found: ReportDiff, format: Options["format"]): Promise<string> {
  if (format === "json") return `${JSON.stringify(found, null, 2)}\n`;
  if (format === "markdown") return (await import("../reporters/diff-markdown.js")).renderDiffMarkdown(found);
  return (await import("../reporters/diff-text.js")).renderDiff(found, standardOutput());
}

const HELP = `
Exit codes: 0 nothing differs, 1 something does, 2 wrong usage, 3 unreadable input, 4 internal fault
Example: containerspec diff last-week.json today.json --format markdown`;
