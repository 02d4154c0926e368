/** The command line among other programs: closed pipes, colours, progress. */
import { spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { withCacheHome } from "../support/cache-home.js";
import { buildElf } from "../support/elf-builder.js";
import { packArchive } from "../support/image-builder.js";
import { dockerArchive, ociLayout } from "../support/image-forms.js";
import { zstdFrame } from "../support/image-zstd.js";
import { expectError } from "./expect-error.js";
import { packImage, packRoot, writeRoot } from "./root-files.js";
import { createFolder, MAIN, runCli } from "./run-cli.js";
import { BY_VERDICT, HOST, IMAGE } from "./verdict-roots.js";

const cwd = createFolder();
writeRoot(join(cwd, "host"), HOST);
writeFileSync(join(cwd, "app.tar"), packImage(IMAGE));

/** A line for bash, in which `containerspec` is the built one. */
function shell(line: string) {
  const script = `containerspec() { "${process.execPath}" "${MAIN}" "$@"; }; ${line}`;
  return withCacheHome((cacheHome) =>
    spawnSync("bash", ["-c", script], {
      cwd,
      encoding: "utf8",
      env: { ...process.env, XDG_CACHE_HOME: cacheHome },
    }),
  );
}

describe("a closed pipe", () => {
  test.each([
    ["a library that fails the gate", BY_VERDICT.unsafe, "1"],
    ["a library that passes it", BY_VERDICT.safe, "0"],
  ])("%s: no noise, and the exit code of the gate", (_name, library, exit) => {
    // `true` reads nothing and is gone before the first byte comes.
    const line = `containerspec analyze app.tar --host host --library ${library} --format json 2>err | true; echo \${PIPESTATUS[0]}; cat err`;
    const [status, ...noise] = shell(line).stdout.trim().split("\n");
    expect(status).toBe(exit);
    expect(noise.filter((text) => !text.startsWith("containerspec: the gate fails for app.tar"))).toEqual([]);
  });
  test("a result that is larger than a pipe holds", () => {
    const symbols = Array.from({ length: 5000 }, (_, i) => ({ name: `large_function_number_${i}` }));
    const large = buildElf({ soname: "liblarge.so.1", symbols });
    writeRoot(join(cwd, "large"), { ...HOST, "usr/lib/x86_64-linux-gnu/liblarge.so.1": large });
    expect(runCli(["host", "large", "--format", "json"], { cwd }).stdout.length).toBeGreaterThan(200_000);
    const { stdout } = shell(
      "containerspec host large --format json 2>err | head -c 1; echo; echo ${PIPESTATUS[0]}; cat err",
    );
    expect(stdout).toBe("{\n0\n");
  });
  test("standard error closed too", () => {
    const { stdout } = shell(
      `{ containerspec analyze app.tar --host host --library ${BY_VERDICT.unsafe}; echo $? >status; } 2>&1 | true; cat status`,
    );
    expect(stdout).toBe("1\n");
  });
});

describe.skipIf(!existsSync("/dev/full"))("a full disk (skipped without /dev/full)", () => {
  const analysis = `analyze app.tar --host host --library ${BY_VERDICT.safe}`;
  test.each([analysis, `${analysis} --format json`, "explain link-loop", "host host", "--help", "--version"])(
    "%s: one sentence, and no exit code of a gate",
    (args) => {
      const { status, stderr } = shell(`containerspec ${args} >/dev/full`);
      expectError({ status, stdout: "", stderr }, 2, ["standard output", "no space left on device"]);
    },
  );
  test("for standard error: the exit code of the gate", () => {
    for (const [library, exit] of [
      [BY_VERDICT.safe, 0],
      [BY_VERDICT.unsafe, 1],
    ] as const) {
      const { status, stdout } = shell(`containerspec analyze app.tar --host host --library ${library} 2>/dev/full`);
      expect(status).toBe(exit);
      expect(stdout).toContain("1 library judged");
    }
  });
});

test("standard output stays empty where a file cannot be written", () => {
  const args = ["analyze", "app.tar", "--host", "host", "--format", "json", "--format", "text=no/such/folder"];
  expectError(runCli(args, { cwd }), 2, ["Cannot write no/such/folder", "no such file or directory"]);
});

describe("what is written where nobody watches", () => {
  const args = ["analyze", "app.tar", "--host", "host"];
  test("no escape sequences, and no progress", () => {
    const { stdout, stderr } = runCli(args, { cwd });
    expect(stdout + stderr).not.toMatch(/[\u001b\r]/);
  });
  test("colours where they are forced", () => {
    expect(runCli(args, { cwd, env: { FORCE_COLOR: "1" } }).stdout).toContain("\u001b[");
    expect(runCli(args, { cwd, env: { FORCE_COLOR: "0" } }).stdout).not.toContain("\u001b[");
  });
  test("JSON has no colours, whatever is forced", () => {
    const { stdout } = runCli([...args, "--format", "json"], { cwd, env: { FORCE_COLOR: "1" } });
    expect(stdout).not.toContain("\u001b");
    expect(JSON.parse(stdout)).toHaveProperty("schemaVersion");
  });
});

test("a slower zstd decoder says so where it had something to read", () => {
  const image = { layers: [packRoot(IMAGE)] };
  const zstd = packArchive(ociLayout([image], { packing: "zstd" }));
  const archives: readonly (readonly [string, Uint8Array, boolean])[] = [
    ["layers of a layout", zstd, true],
    ["an archive as a whole", zstdFrame(packArchive(dockerArchive([image]))), true],
    ["layers of docker save", packArchive(dockerArchive([{ layers: image.layers.map(zstdFrame) }])), true],
    ["gzip", packArchive(ociLayout([image], { packing: "gzip" })), false],
    ["nothing", packArchive(ociLayout([image], { packing: "plain" })), false],
  ];
  const env = { CONTAINERSPEC_ZSTD: "zstddec" };
  for (const [name, bytes, isSlow] of archives) {
    writeFileSync(join(cwd, "packed.tar"), bytes);
    const args = ["analyze", "packed.tar", "--host", "host", "--fail-on", "never", "--verify", "never"];
    const { stderr } = runCli(args, { cwd, env });
    expect(`${name}: ${stderr}`).toMatch(isSlow ? /: containerspec: zstd [^\n]* slower [^\n]*\n$/ : /: $/);
  }
});
