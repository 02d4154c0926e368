/** docs/cli.md names every command, option, choice and exit code that there is, and no other. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Command } from "commander";
import { createCommands } from "../../src/cli/commands.js";
import { runCli } from "./run-cli.js";

const PAGE = readFileSync(new URL("../../docs/cli.md", import.meta.url), "utf8");
const COMMANDS: readonly Command[] = createCommands();

function sectionOf(title: string): string {
  return PAGE.split(/^## /m).find((section) => section.startsWith(`${title}\n`)) ?? "";
}

/** The cells of the rows whose first cell is code. */
function readRows(section: string): readonly (readonly string[])[] {
  return section
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

test("the program has these commands, and no other", () => {
  const listed = [...runCli(["--help"]).stdout.matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name);
  expect(listed).toEqual([...COMMANDS.map((command) => command.name()), "help"]);
  const sections = [...PAGE.matchAll(/^## containerspec ([a-z]+)$/gm)].map(([, name]) => name);
  expect(sections).toEqual(COMMANDS.map((command) => command.name()));
});

describe.each(COMMANDS.map((command) => [command.name(), command] as const))("%s", (name, command) => {
  const section = sectionOf(`containerspec ${name}`);
  const help = command.createHelp();
  const rows = readRows(section);

  test("its usage line", () => {
    expect(section).toContain(`containerspec ${name} ${command.usage()}\n`);
  });
  test("its options in their order, with what they take", () => {
    const flags = help.visibleOptions(command).map((option) => option.flags);
    expect(rows.map(([first]) => first)).toEqual(flags.map((flag) => `\`${flag}\``));
  });
  test("every choice and every default", () => {
    for (const { flags, argChoices = [], defaultValue } of help.visibleOptions(command)) {
      const row = rows.find(([first]) => first === `\`${flags}\``) ?? [];
      for (const choice of argChoices) expect(`${flags}: ${row[1] ?? ""}`).toContain(`\`${choice}\``);
      if (typeof defaultValue === "string") expect(row[2]).toContain(`\`${defaultValue}\``);
    }
  });
});

test("its exit codes are those of the help", () => {
  const documented = [...sectionOf("Exit codes").matchAll(/^\| (\d) /gm)].map(([, code]) => code);
  const help = /^Exit codes: (.*)$/m.exec(runCli(["analyze", "--help"]).stdout)?.[1] ?? "";
  expect(documented).toEqual([...help.matchAll(/\b\d\b/g)].map(([code]) => code));
});
