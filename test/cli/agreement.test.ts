/** One analysis says the same verdicts in every format, and the exit code is the same whatever is written. */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { Report } from "../../src/report.js";
import { FORMAT_NAMES } from "../../src/cli/formats.js";
import { packImage, writeRoot } from "./root-files.js";
import { createFolder, runCli } from "./run-cli.js";
import { BY_VERDICT, HOST, IMAGE } from "./verdict-roots.js";

const cwd = createFolder();
const FORMATS = FORMAT_NAMES.split(", ");
const EXPECTED: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(BY_VERDICT).map(([verdict, name]) => [name, verdict]),
);
/** those that formats without room for what is fine tell of */
const TROUBLES = Object.fromEntries(
  Object.entries(EXPECTED).filter(([, verdict]) => verdict !== "safe" && verdict !== "loads"),
);
const LIBRARIES = Object.keys(EXPECTED).flatMap((name) => ["--library", name]);

function read(format: string): string {
  return readFileSync(join(cwd, `report.${format}`), "utf8");
}

/** Names and verdicts that a pattern finds. */
function pairs(text: string, pattern: RegExp): Readonly<Record<string, string>> {
  return Object.fromEntries([...text.matchAll(pattern)].map(([, name = "", verdict = ""]) => [name, verdict]));
}

beforeAll(() => {
  writeRoot(join(cwd, "host"), HOST);
  writeFileSync(join(cwd, "app.tar"), packImage(IMAGE));
  const outputs = FORMATS.flatMap((format) => ["--format", `${format}=report.${format}`]);
  const { status, stdout } = runCli(["analyze", "app.tar", "--host", "host", ...LIBRARIES, ...outputs], { cwd });
  expect([status, stdout]).toEqual([1, ""]);
});

describe("the verdicts in", () => {
  test("json", () => {
    const { mounts } = JSON.parse(read("json")) as Report;
    expect(Object.fromEntries(mounts.map(({ soname, verdict }) => [soname, verdict]))).toEqual(EXPECTED);
  });
  test("text", () => {
    const counts = Object.values(EXPECTED).map((verdict) => `1 ${verdict}`);
    const line = read("text")
      .match(/^6 libraries judged: (.*)\.$/m)?.[1]
      ?.split(", ");
    expect(line?.sort()).toEqual(counts.sort());
  });
  test("csv", () => {
    expect(pairs(read("csv"), /^app\.tar,[^,]*,[^,]*,[^,]*,host,([^,]+),([^,]+),/gm)).toEqual(EXPECTED);
  });
  test("junit", () => {
    expect(pairs(read("junit"), /<testcase name="(lib[^"]+)"[^]*?verdict: (\S+)/g)).toEqual(EXPECTED);
    expect(read("junit").match(/<failure /g)).toHaveLength(Object.keys(TROUBLES).length);
  });
  test("sarif", () => {
    const { runs } = JSON.parse(read("sarif")) as {
      runs: { properties: { libraries: { name: string; verdict: string }[] } }[];
    };
    const libraries = runs.flatMap(({ properties }) => properties.libraries);
    expect(Object.fromEntries(libraries.map(({ name, verdict }) => [name, verdict]))).toEqual(EXPECTED);
  });
  test("gitlab", () => {
    const issues = JSON.parse(read("gitlab")) as { description: string; severity: string }[];
    const stopped = issues.filter(({ severity }) => severity === "blocker").map(({ description }) => description);
    expect(pairs(stopped.join("\n"), /: (lib\S+) is ([a-z-]+):/g)).toEqual(TROUBLES);
  });
  test("html", () => {
    const rows = [
      ...read("html").matchAll(/<span class="verdict ([a-z-]+)">[a-z-]+<\/span> <code>(lib[^<]+)<\/code>/g),
    ];
    expect(Object.fromEntries(rows.map(([, verdict = "", name = ""]) => [name, verdict]))).toEqual(EXPECTED);
  });
  test("github", () => {
    expect(pairs(read("github"), /^::error .*?(lib[a-z.0-9]+) is ([a-z-]+)::/gm)).toEqual(TROUBLES);
  });
  test.each(["markdown", "github-summary"])("%s", (format) => {
    const rows = [...read(format).matchAll(/^\| \*\*([a-z-]+)\*\*.*\| `(lib[^`]+)` \|$/gm)];
    expect(Object.fromEntries(rows.map(([, verdict = "", name = ""]) => [name, verdict]))).toEqual(EXPECTED);
  });
});

test("every format is asked above", () => {
  const source = readFileSync(import.meta.filename, "utf8");
  expect(FORMATS.filter((format) => !source.includes(`"${format}"`))).toEqual([]);
});

test.each(FORMATS)("%s on standard output gates as the others do", (format) => {
  const run = (name: string): number | null =>
    runCli(["analyze", "app.tar", "--host", "host", "--library", name, "--format", format], { cwd }).status;
  expect([run(BY_VERDICT.loads), run(BY_VERDICT.unsafe)]).toEqual([0, 1]);
});

describe("the summary of a job", () => {
  const analyze = (env: Readonly<Record<string, string>>, format = "github-summary"): string =>
    runCli(["analyze", "app.tar", "--host", "host", "--library", BY_VERDICT.loads, "--format", format], { cwd, env })
      .stdout;

  test("is added to what the job has already", () => {
    const file = join(cwd, "summary.md");
    writeFileSync(file, "before\n");
    expect(analyze({ GITHUB_STEP_SUMMARY: file })).toBe("");
    expect(readFileSync(file, "utf8")).toMatch(/^before\n### ✅ The gate passes: 1 library judged: 1 loads\n/);
  });
  test("goes to standard output where there is no job, and other formats do so in one", () => {
    expect(analyze({})).toMatch(/^### ✅ The gate passes/);
    expect(analyze({ GITHUB_STEP_SUMMARY: join(cwd, "other.md") }, "markdown")).toMatch(/^### ✅ The gate passes/);
  });
});

const hasXmllint = spawnSync("xmllint", ["--version"]).status === 0;
test.skipIf(!hasXmllint)(`junit as the program writes it is XML${hasXmllint ? "" : " (skipped: no xmllint)"}`, () => {
  expect(spawnSync("xmllint", ["--noout", join(cwd, "report.junit")]).status).toBe(0);
});
