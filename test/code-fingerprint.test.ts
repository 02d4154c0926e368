/** The fingerprint of the code that learns facts: the same for the same code, another for other code, none in a bundle. */
import { cpSync, mkdtempSync, appendFileSync, rmSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "containerspec-fingerprint-"));
afterAll(() => rmSync(folder, { recursive: true }));
const dist = join(folder, "dist");
cpSync(new URL("../dist", import.meta.url), dist, { recursive: true });

const fingerprint = (): string =>
  execFileSync(
    process.execPath,
    ["-e", "import(process.argv[1]).then((m) => console.log(m.fingerprintCode()))", join(dist, "code-fingerprint.js")],
    { encoding: "utf8" },
  ).trim();

test("changes with a parser, and with nothing that learns no facts", () => {
  const first = fingerprint();
  expect(first).toMatch(/^[0-9a-f]{16}$/);
  expect(fingerprint()).toBe(first);
  appendFileSync(join(dist, "rules/judge.js"), "\n");
  expect(fingerprint()).toBe(first);
  appendFileSync(join(dist, "elf/symbols.js"), "\n");
  const second = fingerprint();
  expect(second).not.toBe(first);
  appendFileSync(join(dist, "loader/inspect.js"), "\n");
  expect(fingerprint()).not.toBe(second);
});

test("is empty where the files are not there", () => {
  rmSync(join(dist, "elf"), { recursive: true });
  expect(fingerprint()).toBe("");
});
