/** `--limit`: what it takes, what it refuses, and the table of docs/cli.md. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { collectLimit } from "../../src/cli/options.js";
import { DEFAULT_LIMITS, LIMIT_NAMES, type Limits } from "../../src/index.js";
import { expectError } from "./expect-error.js";
import { packImage, writeRoot } from "./root-files.js";
import { createFolder, runCli } from "./run-cli.js";
import { BARE, HOST } from "./verdict-roots.js";

const cwd = createFolder();
writeFileSync(join(cwd, "app.tar"), packImage(BARE));
writeRoot(join(cwd, "host"), HOST);

test("the table of docs/cli.md is the defaults", () => {
  const page = readFileSync(new URL("../../docs/cli.md", import.meta.url), "utf8");
  const section = page.split(/^## /m).find((one) => one.startsWith("Limits\n")) ?? "";
  const rows = [...section.matchAll(/^\| `([a-z-]+)` +\|[^|]+\| (\S+) +\|/gm)];
  expect(rows.map(([, name]) => name)).toEqual([...LIMIT_NAMES.keys()]);
  const documented = rows.reduce<Partial<Limits>>((all, row) => collectLimit(`${row[1]}=${row[2]}`, all), {});
  expect(documented).toEqual(DEFAULT_LIMITS);
});

test("suffixes, and the last of a name", () => {
  expect(collectLimit("memory=3K", collectLimit("layers=7", { memory: 1 }))).toEqual({ memory: 3072, layers: 7 });
});

describe.each(["nosuch=1", "memory", "memory=", "memory=0", "memory=-1", "memory=1.5", "memory=4T", "memory=9999999G"])(
  "--limit %s",
  (value) => {
    test.each([
      ["analyze", "app.tar"],
      ["host", "app.tar"],
    ])("of %s: wrong usage, with all names", (...args) => {
      expectError(runCli([...args, "--limit", value], { cwd }), 2, [...LIMIT_NAMES.keys()]);
    });
  },
);

test("holds the image, and the image that is the host", () => {
  const hint = ["--limit entries=N raises it", "app.tar"];
  expectError(runCli(["analyze", "app.tar", "--host", "host", "--limit", "entries=1"], { cwd }), 3, hint);
  expectError(runCli(["host", "app.tar", "--limit", "entries=1"], { cwd }), 3, hint);
  expectError(runCli(["analyze", "app.tar", "--host", "app.tar", "--limit", "entries=1"], { cwd }), 3, hint);
});
