/** The command line among other programs: closed pipes, colours, progress. */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { buildElf } from "../support/elf-builder.js";
import { packArchive } from "../support/image-builder.js";
import { ociLayout } from "../support/image-forms.js";
import { packImage, packRoot, writeRoot } from "./root-files.js";
import { createFolder, MAIN, runCli } from "./run-cli.js";
import { BY_VERDICT, HOST, IMAGE } from "./verdict-roots.js";

const cwd = createFolder();
writeRoot(join(cwd, "host"), HOST);
writeFileSync(join(cwd, "app.tar"), packImage(IMAGE));

/** A line for bash, in which `containerspec` is the built one. */
function shell(line: string) {
  const script = `containerspec() { "${process.execPath}" "${MAIN}" "$@"; }; ${line}`;
  return spawnSync("bash", ["-c", script], { cwd, encoding: "utf8" });
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
  const env = { CONTAINERSPEC_ZSTD: "zstddec" };
  for (const packing of ["zstd", "gzip"] as const) {
    writeFileSync(join(cwd, `${packing}.tar`), packArchive(ociLayout([{ layers: [packRoot(IMAGE)] }], { packing })));
    const args = ["analyze", `${packing}.tar`, "--host", "host", "--fail-on", "never"];
    expect(runCli(args, { cwd, env }).stderr).toMatch(
      packing === "zstd" ? /^containerspec: zstd [^\n]* slower / : /^$/,
    );
  }
});
