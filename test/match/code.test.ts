/** What compilers make for better CPUs, told from what chooses when it runs; and that evidence never is a verdict alone. */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { match, readHost, type MatchCell, type MatchReport } from "../../src/index.js";
import { createFolder } from "../cli/run-cli.js";
import { describeSystem, findObstacle, writeImage } from "./debian-images.js";
import { CPUINFO, writeHost } from "./hosts.js";

const SYSTEM = describeSystem("bookworm", "amd64");
const hasCompiler = process.arch === "x64" && spawnSync("gcc", ["--version"]).status === 0;
const obstacle = hasCompiler ? findObstacle([SYSTEM]) : "no gcc for x86-64";

/** Floating-point work that a compiler may put into vectors. */
const SOURCE = `
#include <stdio.h>
#include <stdlib.h>
CLONES double dot(const double *a, const double *b, int n) {
  double sum = 0;
  for (int i = 0; i < n; i++) sum += a[i] * b[i];
  return sum;
}
CLONES void axpy(float *a, const float *b, float k, int n) {
  for (int i = 0; i < n; i++) a[i] += k * b[i];
}
CLONES void scale(double *a, double k, int n) {
  for (int i = 0; i < n; i++) a[i] = a[i] * k + 1.0 / (a[i] + 3);
}
CLONES int bits(const unsigned long *a, int n) {
  int sum = 0;
  for (int i = 0; i < n; i++) sum += __builtin_popcountl(a[i]);
  return sum;
}
int main(int argc, char **argv) {
  int n = argc * 100;
  double *a = malloc(n * sizeof *a), *b = malloc(n * sizeof *b);
  float *x = malloc(n * sizeof *x), *y = malloc(n * sizeof *y);
  for (int i = 0; i < n; i++) { a[i] = i * .5; b[i] = i; x[i] = i; y[i] = 2 * i; }
  axpy(x, y, 2.f, n);
  scale(a, 3, n);
  printf("%f %f %d\\n", dot(a, b, n), x[3], bits((unsigned long *)a, n));
}
`;
const CLONES = `-DCLONES=__attribute__((target_clones("avx512f","avx2","default")))`;

/** By image: how its program is compiled, and what is expected of its code. */
const PROGRAMS = {
  baseline: [["-DCLONES="], undefined],
  v3: [["-DCLONES=", "-march=x86-64-v3"], "x86-64-v3 high"],
  v4: [["-DCLONES=", "-march=x86-64-v4"], "x86-64-v4 high"],
  zen3: [["-DCLONES=", "-march=znver3"], "x86-64-v3 high"],
  clones: [[CLONES], "low"],
} as const;

describe.skipIf(obstacle !== undefined)(`code${obstacle === undefined ? "" : ` (skipped: ${obstacle})`}`, () => {
  const folder = createFolder();
  let report: MatchReport;

  beforeAll(async () => {
    writeFileSync(join(folder, "work.c"), SOURCE);
    const images = Object.entries(PROGRAMS).map(([name, [options]]) => {
      const program = join(folder, name);
      const built = spawnSync("gcc", ["-O3", "-o", program, join(folder, "work.c"), ...options], { encoding: "utf8" });
      if (built.status !== 0) throw new Error(built.stderr);
      return writeImage(folder, `${name}.tar`, {
        system: SYSTEM,
        architecture: "amd64",
        files: { "/usr/bin/work": { bytes: readFileSync(program), mode: 0o755 } },
        start: "/usr/bin/work",
      });
    });
    const hosts = [
      await writeHost(folder, "v2", { system: SYSTEM, cpuinfo: CPUINFO.v2 }),
      await writeHost(folder, "v4", { system: SYSTEM, cpuinfo: CPUINFO.v4 }),
    ];
    report = await match(images, { hosts: await Promise.all(hosts.map((host) => readHost(host))) });
  });

  const cellOf = (image: string, host: string): MatchCell | undefined =>
    report.cells.find((one) => basename(one.image) === `${image}.tar` && basename(one.host) === `${host}.json`);

  test.each(Object.entries(PROGRAMS))("%s", (name, [, expected]) => {
    const code = report.images.find(({ source }) => basename(source) === `${name}.tar`)?.code;
    if (expected === undefined) expect(code).toBeUndefined();
    else expect(`${code?.level ?? ""} ${code?.confidence ?? ""}`).toContain(expected);
    expect(cellOf(name, "v4")).toMatchObject({ verdict: "runs", reasons: [] });
  });

  test("what uses a better CPU throughout may stop on a worse one: unknown, and never refused", () => {
    for (const name of ["v3", "v4", "zen3"])
      expect(cellOf(name, "v2")).toMatchObject({
        verdict: "unknown",
        reasons: [{ id: "code-beyond-cpu", subjects: ["/usr/bin/work"] }],
      });
  });

  test("what chooses when it runs is a note", () => {
    expect(cellOf("clones", "v2")).toMatchObject({
      verdict: "runs",
      reasons: [{ id: "code-beyond-cpu", verdict: "runs" }],
    });
  });

  test("what it was built for is told by its code", () => {
    expect(cellOf("v3", "v4")?.optimal).toMatchObject({
      is: "no",
      built: "x86-64-v3",
      by: "code",
      unused: ["x86-64-v4"],
    });
    expect(cellOf("v4", "v4")?.optimal).toMatchObject({ is: "yes", built: "x86-64-v4", by: "code", unused: [] });
    expect(cellOf("clones", "v4")?.optimal).toMatchObject({ built: "x86-64-v1", by: "machine" });
  });
});
