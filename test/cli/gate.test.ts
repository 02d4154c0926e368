/** The gate as a pipeline meets it: exit codes, what standard error says, and the format being of no matter. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { buildElf } from "../support/elf-builder.js";
import { expectError } from "./expect-error.js";
import { packImage, writeRoot } from "./root-files.js";
import { createFolder, runCli, type Run } from "./run-cli.js";
import { BY_VERDICT, HOST, IMAGE, OTHER_MACHINE } from "./verdict-roots.js";

const cwd = createFolder();
writeRoot(join(cwd, "host"), HOST);
writeFileSync(join(cwd, "app.tar"), packImage(IMAGE));
writeFileSync(join(cwd, "arm.tar"), packImage(OTHER_MACHINE, { architecture: "arm64" }));

const NOT_GATED = "containerspec: no library was gated: name those that must pass with --library or --mount\n";

function analyze(...args: readonly string[]): Run {
  return runCli(["analyze", "app.tar", "--host", "host", ...args], { cwd });
}

describe("one library", () => {
  test.each([
    [BY_VERDICT.safe, "safe", 0],
    [BY_VERDICT.loads, "loads", 0],
    [BY_VERDICT.risky, "risky", 1],
    [BY_VERDICT["safe-with"], "safe-with", 1],
    [BY_VERDICT.unknown, "unknown", 1],
    [BY_VERDICT.unsafe, "unsafe", 1],
  ])("%s is %s: exit code %d", (name, verdict, exit) => {
    const { status, stdout, stderr } = analyze("--library", name, "--format", "json");
    const { mounts } = JSON.parse(stdout) as { mounts: { soname: string; verdict: string }[] };
    expect(mounts.map(({ soname, verdict }) => [soname, verdict])).toEqual([[name, verdict]]);
    expect(stderr).toBe(exit === 0 ? "" : `containerspec: the gate fails for app.tar at --fail-on risky: ${name}\n`);
    expect(status).toBe(exit);
  });

  test("no effect is better than risky", () => {
    const run = analyze("--library", BY_VERDICT.safe, "--placement", "last", "--format", "json");
    expect(JSON.parse(run.stdout)).toMatchObject({ placement: "last", mounts: [{ verdict: "no-effect" }] });
    expect(run.status).toBe(0);
    expect(analyze("--library", BY_VERDICT.safe, "--placement", "last", "--fail-on", "no-effect").status).toBe(1);
  });

  test("with the companions that were suggested it passes", () => {
    const alone = analyze("--library", BY_VERDICT["safe-with"], "--format", "json");
    expect(JSON.parse(alone.stdout)).toMatchObject({ mounts: [{ suggested: ["libextra.so.1"] }] });
    const together = analyze("--library", BY_VERDICT["safe-with"], "--companions", "missing", "--format", "json");
    expect(JSON.parse(together.stdout)).toMatchObject({ mounts: [{ companions: ["libextra.so.1"], suggested: [] }] });
    expect(together.status).toBe(0);
  });

  test("--fail-on draws the line, and never draws none", () => {
    const run = (failOn: string): number | null =>
      analyze("--library", BY_VERDICT.risky, "--library", BY_VERDICT.loads, "--fail-on", failOn).status;
    expect(["loads", "risky", "safe-with", "never"].map(run)).toEqual([1, 1, 0, 0]);
  });

  test("unknown fails at the mildest line, unless it is allowed", () => {
    const run = (...args: readonly string[]): number | null => analyze("--library", BY_VERDICT.unknown, ...args).status;
    expect([run("--fail-on", "unsafe"), run("--allow-unknown"), run("--fail-on", "never")]).toEqual([1, 0, 0]);
  });
});

describe("no library chosen", () => {
  test("verdicts do not fail it, and standard error says so", () => {
    const { status, stdout, stderr } = analyze();
    expect(stdout).toContain("1 unsafe");
    expect(stderr).toBe(NOT_GATED);
    expect(status).toBe(0);
  });
  test("--fail-on never needs no reminder", () => {
    expect(analyze("--fail-on", "never")).toMatchObject({ status: 0, stderr: "" });
  });
  test("findings about the image itself fail it", () => {
    const { status, stderr } = runCli(["analyze", "arm.tar", "--host", "host"], { cwd });
    expect(stderr).toBe(
      `${NOT_GATED}containerspec: the gate fails for arm.tar at --fail-on risky: the image itself (machine-differs)\n`,
    );
    expect(status).toBe(1);
  });
});

test("all libraries are as good as the worst of them", () => {
  const { status, stderr } = analyze("--library", "*", "--fail-on", "unsafe");
  expect(stderr).toBe(
    `containerspec: the gate fails for app.tar at --fail-on unsafe: ${BY_VERDICT.unknown}, ${BY_VERDICT.unsafe}\n`,
  );
  expect(status).toBe(1);
});

test("one image of several that fails is told by name", () => {
  const args = ["analyze", "app.tar", "arm.tar", "--host", "host", "--library", "libc.so.6", "--format", "json"];
  const { status, stdout, stderr } = runCli(args, { cwd });
  expect(JSON.parse(stdout)).toMatchObject({
    schemaVersion: "1.0.0",
    reports: [{ image: { source: "app.tar" } }, { image: { source: "arm.tar" } }],
  });
  expect(stderr).toMatch(/^containerspec: the gate fails for arm\.tar [^\n]*machine-differs[^\n]*libc\.so\.6\n$/);
  expect(status).toBe(1);
});

describe("several hosts", () => {
  const hosts = ["--host", "host", "--host", "app.tar"];

  test("are told apart, image by image, and the worst one fails the gate by its name", () => {
    const run = runCli(
      ["analyze", "app.tar", "app.tar", ...hosts, "--library", BY_VERDICT.unsafe, "--format", "json"],
      { cwd },
    );
    const { reports } = JSON.parse(run.stdout) as {
      reports: { host: { source: string }; mounts: { verdict: string }[] }[];
    };
    expect(reports.map(({ host }) => host.source)).toEqual(["host", "app.tar", "host", "app.tar"]);
    expect(run.status).toBe(1);
    expect(run.stderr).toContain(`the gate fails for app.tar on host at --fail-on risky: ${BY_VERDICT.unsafe}`);
    expect(run.stderr).not.toContain("fails for app.tar on app.tar");
  });

  test("pass where each does", () => {
    expect(runCli(["analyze", "app.tar", ...hosts, "--library", BY_VERDICT.safe], { cwd })).toMatchObject({
      status: 0,
      stderr: "",
    });
  });

  test("need an image that can be read again", () => {
    expectError(runCli(["analyze", "-", ...hosts], { cwd, input: Buffer.alloc(0) }), 2, [
      "standard input",
      "several hosts",
      "save it",
    ]);
  });
});

test("libraries of another C library are judged, and refused", () => {
  const musl = buildElf({ soname: "libc.musl-x86_64.so.1", contents: "musl libc (\0%s)\x001.2.5\0" });
  writeRoot(join(cwd, "musl"), { "lib/ld-musl-x86_64.so.1": musl });
  const { status, stderr } = runCli(["analyze", "app.tar", "--host", "musl", "--library", "*"], { cwd });
  expect(stderr).toMatch(/^containerspec: the gate fails for app\.tar at --fail-on risky: ld-musl-x86_64\.so\.1/);
  expect(status).toBe(1);
});

test("many that fail are counted", () => {
  const many = Array.from({ length: 20 }, (_, i) => `libmany${String(i).padStart(2, "0")}.so.1`);
  const files = Object.fromEntries(
    many.map((soname) => [`usr/lib/${soname}`, buildElf({ soname, needed: ["libno.so.1"] })]),
  );
  writeRoot(join(cwd, "many"), { ...HOST, ...files });
  const { stderr } = runCli(["analyze", "app.tar", "--host", "many", "--library", "libmany*"], { cwd });
  expect(stderr).toMatch(/: libmany00\.so\.1, libmany01\.so\.1, [^\n]* and 12 more\n$/);
});

describe("formats", () => {
  test.each(["text", "json"])("%s gates", (format) => {
    expect(analyze("--library", BY_VERDICT.unsafe, "--format", format).status).toBe(1);
    expect(analyze("--library", BY_VERDICT.safe, "--format", format).status).toBe(0);
  });
  test("one to a file and one to standard output, from one run", () => {
    const { status, stdout } = analyze("--library", BY_VERDICT.unsafe, "--format", "json=out.json", "--format", "text");
    expect(stdout).toMatch(/^Image {2}app\.tar/);
    const written = readFileSync(join(cwd, "out.json"), "utf8");
    expect(written).toBe(analyze("--library", BY_VERDICT.unsafe, "--format", "json").stdout);
    expect(status).toBe(1);
  });
  test("all to files: standard output stays empty", () => {
    expect(analyze("--format", "json=out.json", "--format", "text=out.txt").stdout).toBe("");
    expect(readFileSync(join(cwd, "out.txt"), "utf8")).toBe(analyze().stdout);
  });
});
