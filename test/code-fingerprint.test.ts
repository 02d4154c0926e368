/** The fingerprint of the code that learns facts: the same for the same code, another for other code; of modules, and of a bundle. */
import { appendFileSync, cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "containerspec-fingerprint-"));
afterAll(() => rmSync(folder, { recursive: true }));
const build = join(folder, "build");
cpSync(new URL("../build", import.meta.url), build, { recursive: true });

const fingerprint = (module: string): string =>
  execFileSync(
    process.execPath,
    ["-e", "import(process.argv[1]).then((m) => console.log(m.fingerprintCode()))", module],
    { encoding: "utf8" },
  ).trim();

test("changes with a parser, and with nothing that learns no facts", () => {
  const module = join(build, "code-fingerprint.js");
  const first = fingerprint(module);
  expect(first).toMatch(/^[0-9a-f]{16}$/);
  expect(fingerprint(module)).toBe(first);
  appendFileSync(join(build, "rules/judge.js"), "\n");
  expect(fingerprint(module)).toBe(first);
  appendFileSync(join(build, "elf/symbols.js"), "\n");
  const second = fingerprint(module);
  expect(second).not.toBe(first);
  appendFileSync(join(build, "loader/inspect.js"), "\n");
  expect(fingerprint(module)).not.toBe(second);
});

test("of a bundle, changes with any of its files", () => {
  const bundle = join(folder, "bundle");
  cpSync(join(build, "code-fingerprint.js"), join(bundle, "shared.js"));
  cpSync(join(build, "version.js"), join(bundle, "other.js"));
  const first = fingerprint(join(bundle, "shared.js"));
  expect(readdirSync(bundle)).toEqual(["other.js", "shared.js"]);
  expect(first).toMatch(/^[0-9a-f]{16}$/);
  appendFileSync(join(bundle, "other.js"), "\n");
  expect(fingerprint(join(bundle, "shared.js"))).not.toBe(first);
});
