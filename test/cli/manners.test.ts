/** How much the program says: quiet, verbose, in colours or not, and what doctor tells. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { DEFAULT_LIMITS } from "../../src/image/limits.js";
import { mannerOptions } from "../../src/cli/manners.js";
import { createLine, createStageLog } from "../../src/cli/progress.js";
import { expectError } from "./expect-error.js";
import { packImage, writeRoot } from "./root-files.js";
import { createFolder, runCli } from "./run-cli.js";
import { BY_VERDICT, HOST, IMAGE } from "./verdict-roots.js";

const cwd = createFolder();
writeRoot(join(cwd, "host"), HOST);
writeFileSync(join(cwd, "app.tar"), packImage(IMAGE));
const analyze = (...args: readonly string[]) => runCli(["analyze", "app.tar", "--host", "host", ...args], { cwd });
const BAD = ["--library", BY_VERDICT.unsafe];

describe("--quiet", () => {
  test.each([[["-q"]], [["--quiet"]]])("%j: nothing but the exit code and the report", (flags) => {
    expect(analyze(...flags)).toMatchObject({ status: 0, stderr: "" });
    const { status, stdout, stderr } = analyze(...BAD, ...flags);
    expect([status, stderr]).toEqual([1, ""]);
    expect(stdout).toContain("1 unsafe");
  });
  test("does not hide errors", () => {
    expectError(runCli(["analyze", "no.tar", "--host", "host", "-q"], { cwd }), 3, ["no.tar"]);
  });
  test("before the command, too, and not with --verbose", () => {
    expect(runCli(["-q", "analyze", "app.tar", "--host", "host"], { cwd }).stderr).toBe("");
    expectError(analyze("-q", "-v"), 2, ["--verbose", "quiet"]);
  });
});

test("--verbose tells the stages and their times, also in a pipe", () => {
  const { stderr, stdout } = analyze(...BAD, "-v");
  expect(stderr).toMatch(/^containerspec: reading the host \(\d+\.\d s\)\n/);
  expect(stderr).toMatch(/\ncontainerspec: reading layers 1\/1[^\n]* \(\d+\.\d s\)\n/);
  expect(stderr).toMatch(/\ncontainerspec: judging libraries [^\n]*\)\ncontainerspec: the gate fails [^\n]*\n$/);
  expect(stdout).toBe(analyze(...BAD).stdout);
});

describe("--color", () => {
  const isColored = (args: readonly string[], env: Record<string, string> = {}): boolean =>
    runCli(["analyze", "app.tar", "--host", "host", ...args], { cwd, env }).stdout.includes("\u001b[");
  test("goes before the environment", () => {
    expect(isColored(["--color", "always"])).toBe(true);
    expect(isColored(["--color", "always"], { NO_COLOR: "1" })).toBe(true);
    expect(isColored(["--color", "never"], { FORCE_COLOR: "1" })).toBe(false);
    expect(isColored(["--color", "auto"], { FORCE_COLOR: "1" })).toBe(true);
    expect(isColored(["--color", "always", "--format", "json"])).toBe(false);
  });
  test("knows three words", () => {
    expectError(analyze("--color", "red"), 2, ["red", "always, auto, never"]);
  });
});

describe("the progress line", () => {
  function play(
    steps: readonly (readonly [number, Parameters<ReturnType<typeof createLine>["show"]>[0]])[],
    width = 80,
  ): string[] {
    const written: string[] = [];
    let time = 0;
    const line = createLine(
      (text) => written.push(text.replace("\r\u001b[2K", "")),
      () => time,
      () => width,
    );
    for (const [at, progress] of steps) {
      time = at;
      line.show(progress);
    }
    return written;
  }
  const layers = (done: number, mib: number) => ({
    stage: "reading layers",
    done,
    total: 4,
    bytes: { done: mib * 2 ** 20, total: 400 * 2 ** 20 },
  });

  test("tells layers, bytes, and after a while the time that is left", () => {
    expect(
      play([
        [0, layers(0, 0)],
        [1000, layers(1, 50)],
        [4000, layers(2, 100)],
      ]),
    ).toEqual([
      "reading layers 0/4, 0.0 of 400 MiB …",
      "reading layers 1/4, 50 of 400 MiB …",
      "reading layers 2/4, 100 of 400 MiB, about 12 s left …",
    ]);
  });
  test("is written ten times a second at most, and each stage at once", () => {
    const steps = Array.from({ length: 1000 }, (_, i) => [i, { stage: "judging", done: i, total: 1000 }] as const);
    expect(play([...steps, [1000, { stage: "next", done: 0 }]])).toHaveLength(11);
  });
  test("fits into the terminal, and keeps hostile names from moving the cursor", () => {
    const [text = ""] = play([[0, { stage: `${"long/".repeat(40)}\u001b[2Aapp.tar`, done: 0 }]], 40);
    expect(text.length).toBeLessThan(40);
    expect(text).not.toContain("\u001b");
  });
  test("as a log tells each stage once, when it is over", () => {
    const lines: string[] = [];
    let time = 0;
    const log = createStageLog(
      (line) => lines.push(line),
      () => time,
    );
    log.show({ stage: "one", done: 1, total: 2 });
    time = 500;
    log.show({ stage: "one", done: 2, total: 2 });
    time = 2500;
    log.show({ stage: "::two", done: 0 });
    time = 22_500;
    log.clear();
    log.clear();
    expect(lines).toEqual(["one 2/2 (2.5 s)", "\\x3a:two (20 s)"]);
  });
});

describe("doctor", () => {
  test("tells what there is, as text and as JSON", () => {
    const env = { CONTAINERSPEC_ZSTD: "zstddec", CONTAINERSPEC_CACHE_KEY: "hidden-word" };
    const text = runCli(["doctor"], { cwd, env });
    expect(text).toMatchObject({ status: 0, stderr: "" });
    for (const words of [
      `Node.js ${process.versions.node}`,
      "WebAssembly",
      "CONTAINERSPEC_CACHE_KEY=set",
      "of 1024.0 MiB",
    ])
      expect(text.stdout).toContain(words);
    const json = runCli(["doctor", "--format", "json"], { cwd, env });
    expect(JSON.parse(json.stdout)).toMatchObject({
      kind: "containerspec-doctor",
      zstd: "zstddec",
      cache: { content: { entries: 0, bytes: 0 } },
      limits: { memory: DEFAULT_LIMITS.memory, "path-bytes": DEFAULT_LIMITS.pathBytes },
    });
    expect(text.stdout + json.stdout).not.toContain("hidden-word");
  });
  test("says what is wrong with the cache", () => {
    writeFileSync(join(cwd, "file"), "");
    const { status, stdout } = runCli(["doctor"], { cwd, env: { XDG_CACHE_HOME: join(cwd, "file") } });
    expect(status).toBe(0);
    expect(stdout).toContain("not to be used: ");
  });
});

test("docs/cli.md and the help of a command have the options of every command", () => {
  const help = runCli(["analyze", "--help"]).stdout;
  for (const { flags } of mannerOptions()) expect(help).toContain(flags);
});
