/** A profile is compressed when its name says so, and read back however it is compressed and whatever it is called. */
import { readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { compressZstd } from "../src/image/zstd-encoder.js";
import { expectError } from "./cli/expect-error.js";
import { packImage, writeRoot } from "./cli/root-files.js";
import { createFolder, runCli } from "./cli/run-cli.js";
import { HOST, IMAGE } from "./cli/verdict-roots.js";

const cwd = createFolder();
writeRoot(join(cwd, "host"), HOST);
writeFileSync(join(cwd, "image.tar"), packImage(IMAGE));
const canZstd = compressZstd(new Uint8Array(1)) !== undefined;
const skipped = canZstd ? "" : " (skipped: neither this Node nor zstd-napi compresses with zstd here)";
const COMPRESSED = ["p.json.gz", ...(canZstd ? ["p.json.zst"] : [])];
for (const name of ["p.json", ...COMPRESSED]) runCli(["host", "host", "-o", name], { cwd });
const plain = readFileSync(join(cwd, "p.json"));

describe("a profile that is written", () => {
  test("to .gz is gzip of the same", () => {
    expect(gunzipSync(readFileSync(join(cwd, "p.json.gz"))).equals(plain)).toBe(true);
  });
  test.skipIf(!canZstd)(`to .zst is zstd${skipped}`, () => {
    expect(readFileSync(join(cwd, "p.json.zst")).subarray(0, 4).toString("hex")).toBe("28b52ffd");
    expect(statSync(join(cwd, "p.json.zst")).size).toBeLessThan(plain.length / 3);
  });
});

describe("a profile that is read", () => {
  const expected = runCli(["host", "p.json", "--format", "json"], { cwd }).stdout;
  test.each(COMPRESSED)("from %s says the same", (name) => {
    const { libraries, files } = JSON.parse(expected) as Record<"libraries" | "files", unknown>;
    expect(JSON.parse(runCli(["host", name, "--format", "json"], { cwd }).stdout)).toMatchObject({ libraries, files });
  });
  test.each(COMPRESSED)("%s is a host for analyze", (name) => {
    const judge = (host: string) => {
      const { stdout, status } = runCli(
        ["analyze", "image.tar", "--host", host, "--format", "json", "--library", "*"],
        {
          cwd,
        },
      );
      const { host: _, ...rest } = JSON.parse(stdout) as Record<string, unknown>;
      return [status, rest];
    };
    expect(judge(name)).toEqual(judge("p.json"));
  });
  test("is told by its bytes and not by its name", () => {
    renameSync(join(cwd, "p.json.gz"), join(cwd, "renamed"));
    expect(runCli(["host", "renamed"], { cwd }).stdout).toContain("glibc");
  });
  test("an image that is compressed is an image still", () => {
    writeFileSync(join(cwd, "image.tar.gz"), gzipSync(readFileSync(join(cwd, "image.tar"))));
    expect(runCli(["host", "image.tar.gz"], { cwd }).stdout).toContain("glibc");
  });
  test("cut off is damaged", () => {
    const whole = gzipSync(plain);
    writeFileSync(join(cwd, "cut.json.gz"), whole.subarray(0, whole.length / 2));
    expectError(runCli(["host", "cut.json.gz"], { cwd }), 3, ["cut.json.gz", "damaged or cut off"]);
  });
});
