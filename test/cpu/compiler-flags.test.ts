/** Flags of compilers, which the compiler that is here must take. */
import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { findCompilerFlags } from "../../src/cpu/compiler-flags.js";
import { MICROARCHITECTURES as TABLE } from "../../src/cpu/microarchitectures.js";
import { findMachine } from "../../src/cpu/order.js";

test.each([
  ["haswell", "gcc", "4.8.5", "-march=core-avx2 -mtune=core-avx2"],
  ["haswell", "gcc", "14.2", "-march=haswell -mtune=haswell"],
  ["zen4", "gcc", "12.2.0", undefined],
  ["zen4", "gcc", "12.3.0", "-march=znver4 -mtune=znver4"],
  ["x86_64_v3", "clang", "19.1.7", "-march=x86-64-v3 -mtune=generic"],
  ["power9le", "gcc", "10", "-mcpu=power9"],
  ["neoverse_v2", "clang", "16", "-mcpu=neoverse-v2"],
  ["m4", "gcc", "15.1", undefined],
  ["aarch64", "gcc", "14", undefined],
  ["constructor", "gcc", "14", undefined],
] as const)("%s by %s %s", (name, compiler, release, flags) => {
  expect(findCompilerFlags(name, compiler, release)).toBe(flags);
});

describe("the C compiler that is here", () => {
  const asked = spawnSync("gcc", ["-dumpfullversion"], { encoding: "utf8" });
  const release = asked.status === 0 && process.arch === "x64" ? asked.stdout.trim() : undefined;
  const names = [...TABLE.targets.keys()].filter((name) => findMachine(TABLE, name) === "x86_64");
  const skipped = release === undefined ? " (skipped: there is no gcc for x86-64)" : "";
  test.skipIf(release === undefined)(`takes them all, and builds with the features of the table${skipped}`, () => {
    let count = 0;
    for (const name of names) {
      const flags = findCompilerFlags(name, "gcc", release ?? "");
      if (flags === undefined) continue;
      const run = spawnSync("gcc", [...flags.split(" "), "-dM", "-E", "-x", "c", "/dev/null"], { encoding: "utf8" });
      expect([name, run.status, run.stderr]).toEqual([name, 0, ""]);
      const features = TABLE.targets.get(name)?.features ?? [];
      for (const [feature, macro] of MACROS)
        if (features.includes(feature))
          expect([name, macro, run.stdout.includes(`#define ${macro} 1`)]).toEqual([name, macro, true]);
      count += 1;
    }
    expect(count).toBeGreaterThan(15);
  });
});

/** Features that GCC tells a program of, which no release left out of a CPU that has them. */
const MACROS: readonly (readonly [string, string])[] = [
  ["sse2", "__SSE2__"],
  ["sse4_2", "__SSE4_2__"],
  ["avx", "__AVX__"],
  ["avx2", "__AVX2__"],
  ["bmi2", "__BMI2__"],
  ["fma", "__FMA__"],
  ["avx512f", "__AVX512F__"],
  ["avx512_vnni", "__AVX512VNNI__"],
  ["amx_tile", "__AMX_TILE__"],
  ["sse4a", "__SSE4A__"],
  ["clzero", "__CLZERO__"],
];
