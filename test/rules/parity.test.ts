/** A rule, its file, its page and its story are one thing under one name: none is without the others. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";
import type { LoadProblem } from "../../src/loader/problem.js";
import { listRules, readRulePage } from "../../src/index.js";
import { IMAGE_RULES, MOUNT_RULES } from "../../src/rules/catalog.js";
import { runCli } from "../cli/run-cli.js";
import { STORIES } from "../support/story-list.js";
import { findConsoleBlocks } from "../support/transcript.js";

const ROOT = join(import.meta.dirname, "../..");
const HEADINGS = [
  "What it means",
  "Why it fails at run time",
  "Example",
  "How to fix",
  "When to allow it",
  "References",
];
const RULES = [
  ...MOUNT_RULES.map(({ id, title }) => ({ id, title, folder: "mount" })),
  ...IMAGE_RULES.map(({ id, title }) => ({ id, title, folder: "image" })),
];

describe.each(RULES)("$id", ({ id, title, folder }) => {
  const page = readFileSync(join(ROOT, `docs/rules/${id}.md`), "utf8");

  test("has a file of its name", () => {
    expect(existsSync(join(ROOT, `src/rules/${folder}/${id}.ts`))).toBe(true);
  });

  test("has a page with its title and the usual sections, none of them empty", () => {
    expect(page.split("\n").slice(0, 3)).toEqual([`# ${id}`, "", `${title}.`]);
    const sections = page.split(/^## /m).slice(1);
    expect(sections.map((section) => section.slice(0, section.indexOf("\n")))).toEqual(HEADINGS);
    for (const section of sections) expect(section.split("\n").slice(1).join("").trim()).not.toBe("");
  });

  test("has an example that plays its story and shows it at work", () => {
    const blocks = findConsoleBlocks(page);
    expect(blocks.map(({ story }) => story)).toContain(`fixtures/rules/${id}`);
    const example = blocks.find(({ story }) => story === `fixtures/rules/${id}`)?.text ?? "";
    expect(example).toContain(`[${id}]`);
    expect(example).toMatch(/\n\$ echo \$\?\n\d\n$/);
  });

  test("has a story", () => {
    expect(STORIES.map(({ rule }) => rule)).toContain(id);
  });

  test("names other rules only where there are such", () => {
    const named = [...page.matchAll(/containerspec explain ([\w-]+)/g)].map((match) => match[1]);
    const known = RULES.map((rule) => rule.id);
    expect(named.filter((name) => name === undefined || !known.includes(name))).toEqual([]);
  });
});

describe("nothing is left over", () => {
  const ids = RULES.map(({ id }) => id).sort();

  test("every id is there once", () => {
    expect(ids).toEqual([...new Set(ids)]);
    expect(listRules().map(({ id }) => id)).toEqual(ids);
  });

  test.each([
    ["rule files", ["src/rules/mount", "src/rules/image"]],
    ["pages", ["docs/rules"]],
    ["stories", ["fixtures/rules"]],
  ])("%s have a rule each", (_what, folders) => {
    const names = folders.flatMap((folder) => readdirSync(join(ROOT, folder)));
    expect(names.map((name) => basename(basename(name, ".ts"), ".md")).sort()).toEqual(ids);
  });

  test("every story is in the list, in the folder of its rule", () => {
    expect(STORIES.map(({ rule }) => rule).sort()).toEqual(ids);
    for (const { rule } of STORIES) {
      const source = readFileSync(join(ROOT, `fixtures/rules/${rule}/story.ts`), "utf8");
      expect(source).toContain(`rule: "${rule}"`);
    }
  });
});

/** Which rule tells which trouble of the loader: a kind that no rule tells would break a mount without a word. */
const RULE_OF_PROBLEM: Readonly<Record<LoadProblem["kind"], string>> = {
  "library-not-found": "library-not-found",
  "library-not-loadable": "library-not-loadable",
  "library-unreadable": "elf-unreadable",
  "version-not-defined": "version-not-defined",
  "version-not-defined-weak": "weak-version-not-defined",
  "version-information-missing": "version-information-missing",
  "version-file-not-loaded": "version-file-not-loaded",
  "version-table-missing": "version-table-missing",
  "symbol-not-defined": "symbol-not-defined",
  "other-version-bound": "other-version-bound",
  "symbol-size-differs": "symbol-size-differs",
  "protected-symbol-bypassed": "protected-symbol-bypassed",
  "protected-symbol-refused": "protected-symbol-refused",
  "relr-unsupported": "relr-unsupported",
  "executable-stack": "executable-stack",
  "isa-level-too-high": "isa-level-too-high",
  "static-tls-exhausted": "static-tls-exhausted",
  "static-tls-uncertain": "static-tls-uncertain",
  "interpreter-missing": "interpreter-missing",
};

test.each(Object.entries(RULE_OF_PROBLEM))("the loader's %s is told by a rule", (kind, rule) => {
  const source = readFileSync(join(ROOT, `src/rules/mount/${rule}.ts`), "utf8");
  expect(source).toContain(`"${kind}"`);
});

describe("explain", () => {
  test("gives the page of a rule, byte for byte", async () => {
    for (const { id } of RULES) {
      expect(await readRulePage(id)).toBe(readFileSync(join(ROOT, `docs/rules/${id}.md`), "utf8"));
    }
  });

  test("prints the page, and for an unknown rule a hint and exit code 2", () => {
    expect(runCli(["explain", "link-loop"])).toEqual({
      status: 0,
      stdout: readFileSync(join(ROOT, "docs/rules/link-loop.md"), "utf8"),
      stderr: "",
    });
    const refused = runCli(["explain", "executable-stacks"]);
    expect(refused).toMatchObject({ status: 2, stdout: "" });
    expect(refused.stderr).toContain("did you mean executable-stack?");
  });

  test.each([
    ["executable-stacks", "did you mean executable-stack?"],
    ["zzz", "`containerspec explain` lists all rules"],
    ["../errors", "lists all rules"],
  ])("refuses %s, which is no rule, with a hint", async (id, hint) => {
    await expect(readRulePage(id)).rejects.toMatchObject({
      code: "usage",
      message: expect.stringContaining(hint) as string,
    });
  });
});
