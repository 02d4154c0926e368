/** The report as a value: the same inputs give the same bytes, sorted, with nothing in it that the user did not give. */
import { copyFileSync, mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { hostname, tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { analyze } from "../src/analyze.js";
import { readHost } from "../src/read-host.js";
import { VERDICTS, type Finding, type Report } from "../src/report.js";
import { packImage, writeRoot } from "./cli/root-files.js";
import { createFolder, runCli } from "./cli/run-cli.js";
import { BY_VERDICT, HOST, IMAGE } from "./cli/verdict-roots.js";
import { buildElf } from "./support/elf-builder.js";

const cwd = createFolder();
writeRoot(join(cwd, "host"), HOST);
// A program whose name is no UTF-8, and holds what could steer a terminal.
const ODD = "usr/bin/\xff\x1b[31m\\";
const odd = buildElf({
  interp: "/lib64/ld-linux-x86-64.so.2",
  needed: [BY_VERDICT.unsafe, "libc.so.6"],
  symbols: [{ name: "unsafe_open", version: "UNSAFE_2", from: BY_VERDICT.unsafe }],
});
writeFileSync(join(cwd, "app.tar"), packImage({ ...IMAGE, [ODD]: odd }));

function json(folder: string): string {
  return runCli(["analyze", "app.tar", "--host", "host", "--library", "*", "--format", "json"], { cwd: folder }).stdout;
}

const text = json(cwd);
const report = JSON.parse(text) as Report;

describe("the same inputs", () => {
  test("give the same bytes, run after run", () => {
    expect(json(cwd)).toBe(text);
  });
  test("give the same bytes, wherever and whenever they were written", () => {
    const elsewhere = join(cwd, "else", "where");
    mkdirSync(elsewhere, { recursive: true });
    // Another order on disk, other inodes, another time.
    writeRoot(join(elsewhere, "host"), Object.fromEntries(Object.entries(HOST).reverse()));
    copyFileSync(join(cwd, "app.tar"), join(elsewhere, "app.tar"));
    utimesSync(join(elsewhere, "app.tar"), 1, 1);
    expect(json(elsewhere)).toBe(text);
  });
});

describe("nothing is in it", () => {
  test("but what the user gave: no folder of this run, no machine, no person", () => {
    for (const secret of [cwd, tmpdir(), hostname(), `/home/${userInfo().username}`])
      expect(text).not.toContain(secret);
    expect(report.image.source).toBe("app.tar");
    expect(report.host.source).toBe("host");
  });
  test("that looks like a clock", () => {
    expect(text).not.toMatch(/\b20\d\d-\d\d-\d\d|\b\d\d:\d\d:\d\d/);
  });
});

describe("sorted", () => {
  const SEVERITIES = ["error", "unknown", "warning", "note"];
  const findings = [report.image.findings, ...report.mounts.map((mount) => mount.findings)];

  test("mounts by name", () => {
    const names = report.mounts.map(({ soname }) => soname);
    expect(names.length).toBeGreaterThan(6);
    expect(names).toEqual([...names].sort());
    expect(new Set(names).size).toBe(names.length);
  });
  test("findings by severity, rule and first subject", () => {
    const key = ({ severity, rule, subjects }: Finding): string =>
      [SEVERITIES.indexOf(severity), rule, subjects[0] ?? ""].join("\0");
    for (const list of findings) expect(list.map(key)).toEqual(list.map(key).sort());
  });
  test("subjects by path, each once", () => {
    const all = findings.flat().map(({ subjects }) => subjects);
    expect(all.some((subjects) => subjects.length > 1)).toBe(true);
    for (const subjects of all) expect(subjects).toEqual([...new Set(subjects)].sort());
  });
  test("rules by id: exactly those that fired", () => {
    const fired = new Set(findings.flat().map(({ rule }) => rule));
    expect(report.rules.map(({ id }) => id)).toEqual([...fired].sort());
  });
});

test("the summary counts the mounts", () => {
  for (const verdict of VERDICTS)
    expect(report.summary[verdict]).toBe(report.mounts.filter((mount) => mount.verdict === verdict).length);
});

test("what is no UTF-8 is written in one reversible escape", () => {
  const unsafe = report.mounts.find(({ soname }) => soname === BY_VERDICT.unsafe);
  const shown = "/usr/bin/\\xff\\x1b[31m\\\\";
  expect(unsafe?.findings[0]?.subjects).toContain(shown);
  const inText = runCli(["analyze", "app.tar", "--host", "host"], { cwd }).stdout;
  expect(inText).toContain(shown);
  expect(inText).not.toContain("\x1b");
});

test("a finding carries the words of the real loader", () => {
  const unsafe = report.mounts.find(({ soname }) => soname === BY_VERDICT.unsafe);
  expect(unsafe?.findings.map(({ loaderMessage }) => loaderMessage)).toContainEqual(
    expect.stringContaining("version `UNSAFE_2' not found (required by /usr/bin/unsafe)"),
  );
});

describe("consumers that are named", () => {
  const analyzeFor = async (consumer: string): Promise<Report> =>
    analyze(join(cwd, "app.tar"), {
      host: await readHost(join(cwd, "host")),
      libraries: [BY_VERDICT.unsafe],
      consumers: [consumer],
    });

  test("only they are judged by", async () => {
    expect((await analyzeFor("/usr/bin/unsafe")).mounts).toMatchObject([{ verdict: "unsafe", consumers: 1 }]);
    expect((await analyzeFor("/usr/bin/safe")).mounts).toMatchObject([{ verdict: "safe", consumers: 0 }]);
  });
  test("one that is nowhere in the image is wrong usage, not a good verdict", async () => {
    await expect(analyzeFor("/usr/bin/misspelt")).rejects.toMatchObject({ code: "usage" });
  });
});
