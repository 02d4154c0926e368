/** A library with a great deal of code for a GPU: what is kept of it is what a process loads, and tells the same as the whole. */
import { spawnSync } from "node:child_process";
import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createFileBody, createPartialBody } from "../../src/image/file-body.js";
import { needInspector } from "../../src/spec/inspect-needs.js";
import { createFolder } from "../cli/run-cli.js";

const MIB = 1 << 20;
const SOURCE = `
const char *names[] = { "libcuda.so.1" };
void scale(float *restrict a, const float *restrict b, int n) { for (int i = 0; i < n; i++) a[i] = a[i] * b[i] + 1; }
`;

/** A library of real code, and the same with a section of 150 MiB before its section headers. */
function buildLibraries(folder: string): { readonly small: Buffer; readonly large: Buffer } | undefined {
  const [source, small, large, data] = ["lib.c", "small.so", "large.so", "data"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
    string,
  ];
  writeFileSync(source, SOURCE);
  writeFileSync(data, "");
  truncateSync(data, 150 * MIB);
  const compiled = spawnSync("gcc", ["-shared", "-fPIC", "-O3", "-mavx2", "-mfma", "-o", small, source]);
  const copied = spawnSync("objcopy", ["--add-section", `.nv_fatbin=${data}`, small, large]);
  return compiled.status === 0 && copied.status === 0
    ? { small: readFileSync(small), large: readFileSync(large) }
    : undefined;
}

const folder = createFolder();
const libraries = process.arch === "x64" ? buildLibraries(folder) : undefined;

test.skipIf(libraries === undefined)(
  `a large library${libraries === undefined ? " (skipped: no gcc and objcopy for x86-64)" : ""}`,
  async () => {
    const { small, large } = libraries as NonNullable<typeof libraries>;
    const parts = await needInspector.findParts(large.subarray(0, 64 << 10), large.length);
    const kept = (parts ?? []).reduce((sum, { length }) => sum + length, 0);
    expect(kept).toBeLessThan(70 * MIB);
    expect(large.length).toBeGreaterThan(150 * MIB);

    const partial = createPartialBody(
      (parts ?? []).map(({ offset, length }) => large.subarray(offset, offset + length)),
      { size: large.length, parts: parts ?? [] },
    );
    const facts = await needInspector.inspect("/usr/lib/libapp.so", partial);
    expect(facts).toEqual(await needInspector.inspect("/usr/lib/libapp.so", createFileBody([large])));
    const { extras } = await needInspector.inspect("/usr/lib/libapp.so", createFileBody([small]));
    expect(extras?.driverNames).toEqual(["libcuda.so.1"]);
    expect(extras?.code).toMatchObject({ areSections: true, features: { avx: expect.any(Number) as number } });
    expect(facts.extras).toEqual(extras);
  },
);
