/** The page of a rule, as docs/rules/ has it: the same text that readers find in the repository. */
import { readFile } from "node:fs/promises";
import { ContainerspecError } from "./errors.js";
import { ALL_RULES } from "./rules/catalog.js";
import type { RuleFacts } from "./rules/rule.js";

/** Every rule, sorted by id. */
export function listRules(): readonly RuleFacts[] {
  return ALL_RULES.map(({ id, title, severity }) => ({ id, title, severity })).sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** The page of one rule, Markdown. @throws ContainerspecError usage for a name that no rule has */
export async function readRulePage(id: string): Promise<string> {
  if (!ALL_RULES.some((rule) => rule.id === id)) {
    const near = findNearest(id);
    const hint = near === undefined ? "`containerspec explain` lists all rules" : `did you mean ${near}?`;
    throw new ContainerspecError("usage", `Cannot explain ${id}: there is no rule of that name; ${hint}`);
  }
  return readFile(new URL(`../docs/rules/${id}.md`, import.meta.url), "utf8");
}

/** The rule whose name shares the most words with what was typed. */
function findNearest(id: string): string | undefined {
  const words = id
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word.length > 2)
    .map((word) => word.replace(/s$/, ""));
  const score = (rule: RuleFacts): number => words.filter((word) => rule.id.includes(word)).length;
  const [best] = [...listRules()].sort((a, b) => score(b) - score(a));
  return best === undefined || score(best) === 0 ? undefined : best.id;
}
