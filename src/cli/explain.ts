/** `containerspec explain`: the page of a rule, or the list of all rules. */
import { Command } from "commander";
import { writeResult } from "./output.js";

export function createExplainCommand(): Command {
  return new Command("explain")
    .summary("the page of a rule")
    .description(
      "Prints the page of a rule: what it means, why it fails at run time, and how to mend it. Without a rule, lists them all.",
    )
    .argument("[rule]", "the rule's id, as a report names it")
    .action(run);
}

async function run(id: string | undefined): Promise<void> {
  const { listRules, readRulePage } = await import("../index.js");
  if (id !== undefined) return writeResult(await readRulePage(id), undefined);
  const rules = listRules();
  const width = Math.max(...rules.map((rule) => rule.id.length));
  await writeResult(
    rules.map((rule) => `${rule.id.padEnd(width)}  ${rule.severity.padEnd(7)}  ${rule.title}\n`).join(""),
    undefined,
  );
}
