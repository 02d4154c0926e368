/** The cache on the command line: where it lies, that it changes no report, and that nothing depends on its being there. */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { expectError } from "./expect-error.js";
import { ageFiles, packImage, writeRoot } from "./root-files.js";
import { createFolder, MAIN, runCli, type Run } from "./run-cli.js";
import { BY_VERDICT, HOST, IMAGE } from "./verdict-roots.js";

const cwd = createFolder();
writeRoot(join(cwd, "host"), HOST);
ageFiles(join(cwd, "host"));
writeFileSync(join(cwd, "app.tar"), packImage(IMAGE));
writeFileSync(join(cwd, "host.tar"), packImage(HOST));

// A profile: of a root folder, files would be kept too, but for those that changed a moment ago.
runCli(["host", "host", "--no-cache", "-o", "host.json"], { cwd });
const ANALYZE = ["analyze", "app.tar", "--host", "host.json", "--library", BY_VERDICT.unsafe, "--format", "json"];
const without = runCli([...ANALYZE, "--no-cache"], { cwd });

let count = 0;
function newFolder(): string {
  count += 1;
  const folder = join(cwd, `home-${count}`);
  mkdirSync(folder);
  return folder;
}

/** Entries of facts; beside them lie digests of files that were hashed, on a file system that keeps ctimes. */
const layersIn = (folder: string): readonly string[] =>
  existsSync(folder)
    ? readdirSync(folder).filter(
        (name) => name.endsWith(".layer") && !readFileSync(join(folder, name), "latin1").includes("\0bytes "),
      )
    : [];

test("without one, the report is what all others are held against", () => {
  expect(without).toMatchObject({ status: 1, stdout: expect.stringContaining('"unsafe"') as unknown });
});

describe("where it lies", () => {
  test.each<readonly [string, (home: string) => Record<string, string>, string]>([
    ["XDG_CACHE_HOME", (home) => ({ XDG_CACHE_HOME: home, HOME: "/nowhere" }), "containerspec"],
    ["HOME", (home) => ({ XDG_CACHE_HOME: "", HOME: home }), ".cache/containerspec"],
    [
      "HOME, where XDG_CACHE_HOME is no absolute path",
      (home) => ({ XDG_CACHE_HOME: "x", HOME: home }),
      ".cache/containerspec",
    ],
  ])("%s", (_name, env, below) => {
    const home = newFolder();
    for (let run = 0; run < 2; run += 1) expect(runCli(ANALYZE, { cwd, env: env(home) })).toEqual(without);
    expect(layersIn(join(home, below))).toHaveLength(1);
    expect(runCli(["cache"], { cwd, env: env(home) }).stdout).toMatch(
      /^Folder {3}\S+\/containerspec\nEntries {2}[12]\nSize {5}0\.\d MiB of 1024\.0 MiB\n$/,
    );
  });

  test("--cache, and with --no-cache nowhere", () => {
    const home = newFolder();
    const env = { XDG_CACHE_HOME: home };
    const folder = join(home, "deep/own");
    for (let run = 0; run < 2; run += 1) expect(runCli([...ANALYZE, "--cache", folder], { cwd, env })).toEqual(without);
    expect(layersIn(folder)).toHaveLength(1);
    runCli([...ANALYZE, "--no-cache"], { cwd, env });
    runCli(["host", "host.tar", "--no-cache"], { cwd, env });
    expect(readdirSync(home)).toEqual(["deep"]);
  });

  test("a root folder as host has its files there", async () => {
    // What changed within the last two seconds is not kept.
    await new Promise((resolve) => setTimeout(resolve, 2100));
    const home = newFolder();
    const env = { XDG_CACHE_HOME: home };
    const cold = runCli(["host", "host", "--format", "json"], { cwd, env });
    expect(layersIn(join(home, "containerspec"))).toHaveLength(1);
    expect(runCli(["host", "host", "--format", "json"], { cwd, env })).toEqual(cold);
    expect(cold).toEqual(runCli(["host", "host", "--format", "json", "--no-cache"], { cwd }));
  });

  test("an image as host has its layers there too, and for `host`", () => {
    const home = newFolder();
    const env = { XDG_CACHE_HOME: home };
    const cold = runCli(["host", "host.tar", "--format", "json"], { cwd, env });
    expect(layersIn(join(home, "containerspec"))).toHaveLength(1);
    expect(runCli(["host", "host.tar", "--format", "json"], { cwd, env })).toEqual(cold);
    expect(cold).toEqual(runCli(["host", "host.tar", "--format", "json", "--no-cache"], { cwd }));
    runCli([...ANALYZE.slice(0, 2), "--host", "host.tar"], { cwd, env });
    expect(layersIn(join(home, "containerspec"))).toHaveLength(2);
  });
});

describe("one that cannot be used is said once; report and exit code are the same", () => {
  const sentence = (stderr: string): readonly string[] => stderr.split("\n").filter((line) => line.includes("cache"));

  test("a file in the folder's place", () => {
    const file = join(newFolder(), "file");
    writeFileSync(file, "mine");
    const { stdout, stderr, status } = runCli([...ANALYZE, "app.tar", "--cache", file], { cwd });
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toHaveProperty("reports");
    expect(sentence(stderr)).toEqual([
      `containerspec: the cache in ${file} cannot be read: not a directory; all goes on without it (--cache names another one, --no-cache wants none)`,
    ]);
    expect(runCli([...ANALYZE, "--cache", file], { cwd }).stdout).toBe(without.stdout);
    expect(readFileSync(file, "utf8")).toBe("mine");
  });

  test("no HOME", () => {
    const env = { XDG_CACHE_HOME: "", HOME: "" };
    const { stdout, stderr, status } = runCli(ANALYZE, { cwd, env });
    expect({ stdout, status }).toEqual({ stdout: without.stdout, status: without.status });
    expect(sentence(stderr)).toEqual([expect.stringContaining("neither XDG_CACHE_HOME nor HOME names a folder")]);
    expect(runCli([...ANALYZE, "--no-cache"], { cwd, env })).toEqual(without);
    expect(sentence(runCli(["host", "host"], { cwd, env }).stderr)).toEqual([]);
    expectError(runCli(["cache"], { cwd, env }), 2, ["neither XDG_CACHE_HOME nor HOME", "--cache"]);
  });

  const isRoot = process.getuid?.() === 0;
  const canMount = isRoot && spawnSync("unshare", ["-m", "true"]).status === 0;

  test.skipIf(isRoot && !canMount)(
    `a folder that is read-only${isRoot && !canMount ? " (skipped: root, and no mount namespaces)" : ""}`,
    () => {
      const home = newFolder();
      const { stdout, stderr, status } = isRoot ? runReadOnly(home) : runWithoutRight(home);
      expect({ stdout, status }).toEqual({ stdout: without.stdout, status: without.status });
      expect(sentence(stderr)).toEqual([
        expect.stringMatching(/cannot be written to: (?:permission denied|read-only file system)/),
      ]);
    },
  );

  function runWithoutRight(home: string): Run {
    chmodSync(home, 0o500);
    const run = runCli(ANALYZE, { cwd, env: { XDG_CACHE_HOME: home } });
    chmodSync(home, 0o700);
    return run;
  }

  /** Root may write to any folder, but not to a file system that is mounted read-only. */
  function runReadOnly(home: string): Run {
    const script = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"';
    return spawnSync("unshare", ["-m", "sh", "-c", script, home, process.execPath, MAIN, ...ANALYZE], {
      cwd,
      encoding: "utf8",
      env: { PATH: process.env["PATH"], XDG_CACHE_HOME: home },
    });
  }

  test.skipIf(!existsSync("/proc/self/fd"))("a file system where no folder can be made", () => {
    const { stdout, stderr, status } = runCli([...ANALYZE, "--cache", "/proc/self/fd/cache"], { cwd });
    expect({ stdout, status }).toEqual({ stdout: without.stdout, status: without.status });
    expect(sentence(stderr)).toHaveLength(1);
  });
});

describe("containerspec cache", () => {
  test("clear removes what is in it, and leaves the rest", () => {
    const folder = newFolder();
    writeFileSync(join(folder, "notes.txt"), "mine");
    runCli([...ANALYZE, "--cache", folder], { cwd });
    const [entry = ""] = layersIn(folder);
    expect(statSync(join(folder, entry)).mode & 0o777).toBe(0o600);
    expect(runCli(["cache", "clear", "--cache", folder], { cwd }).stdout).toMatch(
      /^Removed (?:1 entry|2 entries), 0\.\d MiB\n$/,
    );
    expect(readdirSync(folder)).toEqual(["notes.txt"]);
    expect(runCli(["cache", "clear", "--cache", folder], { cwd }).stdout).toBe("Removed 0 entries, 0.0 MiB\n");
  });
  test("a folder that is not there is empty, and is not made", () => {
    const folder = join(newFolder(), "none");
    expect(runCli(["cache", "--cache", folder], { cwd }).stdout).toContain("Entries  0\n");
    expect(runCli(["cache", "clear", "--cache", folder], { cwd }).status).toBe(0);
    expect(existsSync(folder)).toBe(false);
  });
  test("what it cannot do, and where it cannot look", () => {
    expectError(runCli(["cache", "empty"], { cwd }), 2, ['"empty"', "clear"]);
    expectError(runCli(["cache", "--cache", ""], { cwd }), 2, ["--cache", "--no-cache"]);
    for (const words of [["cache"], ["cache", "clear"]])
      expectError(runCli([...words, "--cache", join(cwd, "app.tar")], { cwd }), 3, ["app.tar", "not a directory"]);
  });
});
