/** What lies at a name and is no file: a pipe is read once, and all others are an error at once, not something to wait for. */
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { packImage, writeRoot } from "./root-files.js";
import { expectError } from "./expect-error.js";
import { createFolder, runCli, type Run } from "./run-cli.js";
import { BARE, HOST } from "./verdict-roots.js";

const cwd = createFolder();
writeRoot(join(cwd, "host"), HOST);
writeFileSync(join(cwd, "app.tar"), packImage(BARE));
const server = createServer();
beforeAll(() => new Promise<void>((done) => server.listen(join(cwd, "socket"), done)));
afterAll(() => new Promise<void>((done) => server.close(() => done())));

function analyze(image: string): Run {
  return runCli(["analyze", image, "--host", "host", "--format", "json"], { cwd });
}

test("a pipe is read as what comes through it", () => {
  spawnSync("mkfifo", [join(cwd, "pipe")]);
  const writer = spawn("cp", ["app.tar", "pipe"], { cwd, stdio: "ignore" });
  const { status, stdout } = analyze("pipe");
  writer.kill();
  expect(status).toBe(0);
  expect(stdout.replace('"source": "pipe"', '"source": "app.tar"')).toBe(analyze("app.tar").stdout);
});

describe.each([
  ["/dev/zero", "a device"],
  ["/dev/null", "a device"],
  ["socket", "a socket"],
])("%s", (source, what) => {
  test("as an image", () => {
    expectError(analyze(source), 3, [
      `Cannot read ${source}: it is ${what}`,
      "a file, a folder or a pipe",
      "analyze -",
    ]);
  });
  test("as a host", () => {
    expectError(runCli(["host", source], { cwd }), 3, [`Cannot use ${source} as host`, "a root folder"]);
  });
});

test("a layout with a pipe for its index", () => {
  mkdirSync(join(cwd, "layout"));
  spawnSync("mkfifo", [join(cwd, "layout", "index.json")]);
  const says = "Cannot read layout: its index.json is a pipe where a file was expected";
  expectError(analyze("layout"), 3, [says]);
  expectError(runCli(["host", "layout"], { cwd }), 3, [says]);
  rmSync(join(cwd, "layout"), { recursive: true });
});

/** Of a file that is still being written, as by `docker save` in another window. */
test("an archive that grows while it is read", async () => {
  const bytes = packImage({ ...BARE, "opt/large": Buffer.alloc(64 << 20, "x") });
  const path = join(cwd, "growing.tar");
  writeFileSync(path, bytes);
  const script = 'while true; do printf x >> "$1"; sleep 0.01; done';
  const writer = spawn("sh", ["-c", script, "sh", path], { stdio: "ignore" });
  await new Promise((done) => setTimeout(done, 50));
  expectError(analyze("growing.tar"), 3, ["Cannot read growing.tar: the file grows while it is being read", "a copy"]);
  writer.kill();
});
