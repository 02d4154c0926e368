/** Levels of each machine and what a feature may be called. */
import { describe, expect, test } from "vitest";
import { createFeatureTest, FEATURE_ALIASES } from "../../src/cpu/features.js";
import { CPU_LEVELS } from "../../src/cpu/hwcaps.js";
import { findLevel, findLevelFeatures, findPowerLevel, findZLevel } from "../../src/cpu/level.js";

const levelOf = (machine: string, features: readonly string[]) =>
  findLevel(machine, createFeatureTest({ machine, features }));

describe("levels", () => {
  const LEVELS = [
    ["x86_64", ["x86-64-v1", "x86-64-v2", "x86-64-v3", "x86-64-v4"]],
    [
      "aarch64",
      ["armv8-a", "armv8.1-a", "armv8.2-a", "armv8.3-a", "armv8.4-a", "armv8.5-a", "armv8.6-a", "armv9-a", "armv9.2-a"],
    ],
    ["riscv64", ["rv64gc", "rva22u64", "rva23u64"]],
    ["s390x", ["z13", "z14", "z15", "z16"]],
  ] as const;
  test.each(LEVELS)("of %s are what their features prove, and no less one feature", (machine, names) => {
    for (const name of names) {
      const features = findLevelFeatures(name) ?? [];
      expect(features.length).toBeGreaterThan(0);
      expect(levelOf(machine, features)).toBe(name);
      for (const hidden of features)
        expect(
          levelOf(
            machine,
            features.filter((one) => one !== hidden),
          ),
        ).not.toBe(name);
    }
  });
  test("need nothing that one below has not", () => {
    expect(levelOf("x86_64", ["avx2", "avx512f"])).toBeUndefined();
    expect(
      levelOf(
        "aarch64",
        (findLevelFeatures("armv9.2-a") ?? []).filter((one) => one !== "paca"),
      ),
    ).toBe("armv8.2-a");
  });
  test("are unknown of other machines, and other names are none", () => {
    expect(levelOf("loongarch64", ["lsx"])).toBeUndefined();
    expect(findLevelFeatures("x86-64-v9")).toBeUndefined();
  });
  test("of POWER are generations, of z17 the machine's number", () => {
    expect([7, 8, 9, 10, 11, 12].map(findPowerLevel)).toEqual([
      undefined,
      "power8",
      "power9",
      "power10",
      "power11",
      "power11",
    ]);
    const z16 = createFeatureTest({ machine: "s390x", features: findLevelFeatures("z16") ?? [] });
    expect(findZLevel("3931", z16)).toBe("z16");
    expect(findZLevel("9175", z16)).toBe("z17");
    expect(findZLevel("9175", () => false)).toBeUndefined();
  });
  test("that have folders are among those that --cpu takes", () => {
    for (const name of ["x86-64-v1", "x86-64-v4", "power9", "z13", "z16"]) expect(CPU_LEVELS).toContain(name);
  });
});

describe("aliases", () => {
  test.each([
    ["sse3", "x86_64", ["pni"]],
    ["sse3", "x86_64", ["ssse3"]],
    ["pni", "x86_64", ["sse3"]],
    ["sse4.1", "x86_64", ["sse4_1"]],
    ["sse4.2", "x86_64", ["sse4_2"]],
    ["lzcnt", "x86_64", ["abm"]],
    ["avx512", "x86_64", ["avx512f"]],
    ["avx512", "x86_64", ["avx512vl"]],
    ["avx512", "x86_64", ["avx512bw"]],
    ["avx512", "x86_64", ["avx512dq"]],
    ["avx512", "x86_64", ["avx512cd"]],
    ["neon", "aarch64", []],
    ["altivec", "ppc64", []],
    ["altivec", "ppc64le", []],
    ["vsx", "ppc64", []],
    ["vsx", "ppc64le", []],
    ["fma", "ppc64", []],
    ["fma", "ppc64le", []],
  ])("%s of %s with %j", (name, machine, features) => {
    expect(createFeatureTest({ machine, features })(name)).toBe(true);
    expect(createFeatureTest({ machine: features.length > 0 ? machine : "x86_64", features: [] })(name)).toBe(false);
  });
  test("are all asked about here, and the supplement alone does not make the level", () => {
    expect(new Set(FEATURE_ALIASES.map(({ name }) => name))).toEqual(
      new Set(["sse3", "pni", "sse4.1", "sse4.2", "lzcnt", "avx512", "neon", "altivec", "vsx", "fma"]),
    );
    expect(createFeatureTest({ machine: "x86_64", features: ["ssse3"] })("pni")).toBe(false);
  });
});
