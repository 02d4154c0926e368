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

/** How much of a word a rule's name must hold: "defind" has most of "defined", and "nothing" little of "not-defined". */
const ENOUGH = 0.6;

/** The rule whose name shares the most words with what was typed, slips of the pen included; of equals one that begins alike. */
function findNearest(id: string): string | undefined {
  const words = id
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word.length > 2);
  const score = (rule: RuleFacts): number =>
    words.map((word) => shareOf(word, rule.id)).reduce((sum, share) => (share < ENOUGH ? sum : sum + share), 0);
  const [best] = [...listRules()].sort((a, b) => score(b) - score(a) || sharedStart(b.id, id) - sharedStart(a.id, id));
  return best === undefined || score(best) === 0 ? undefined : best.id;
}

/** How many letters two names begin with alike. */
function sharedStart(left: string, right: string): number {
  let length = 0;
  while (length < left.length && left[length] === right[length]) length += 1;
  return length;
}

/** How many of a word's pieces of three letters are in a name, from 0 to 1. */
function shareOf(word: string, name: string): number {
  const pieces = Array.from({ length: word.length - 2 }, (_, at) => word.slice(at, at + 3));
  return pieces.filter((piece) => name.includes(piece)).length / pieces.length;
}
