/** Code for one CPU on another: by name and by features, which must not be mixed up. */
import { describe, expect, test } from "vitest";
import { findLevelOfName, fitCpu, toLevelName, toTargetName, type FitCpu } from "../../src/cpu/fit.js";
import { findNamedCpu } from "../../src/cpu/named-cpu.js";
import { findLevelFeatures } from "../../src/cpu/level.js";
import { MICROARCHITECTURES as TABLE } from "../../src/cpu/microarchitectures.js";
import { findMachine, runsByName } from "../../src/cpu/order.js";

/** A CPU that shows what its microarchitecture has, and more or less. */
function cpuOf(name: string, { more = [] as string[], less = [] as string[] } = {}): FitCpu {
  const { features = [], generation } = TABLE.targets.get(name) ?? {};
  return {
    name,
    machine: findMachine(TABLE, name) ?? "",
    features: [...features, ...more].filter((one) => !less.includes(one)),
    ...(generation === undefined ? {} : { generation }),
  };
}

test("every pair of the table: what runs by name has the features, but for Arm's versions", () => {
  for (const built of TABLE.targets.keys()) {
    for (const host of TABLE.targets.keys()) {
      const fit = fitCpu(built, cpuOf(host));
      // On little-endian POWER "power9" means power9le.
      const meant = toTargetName(TABLE, built, findMachine(TABLE, host) ?? "") ?? built;
      expect([built, host, fit?.byName]).toEqual([built, host, runsByName(TABLE, meant, host)]);
      const isVersion = /^(armv|aarch64|riscv64)/.test(built);
      if (fit?.byName === true && !isVersion) expect([built, host, fit.byFeatures, fit.missing]).not.toContain(false);
      if (fit?.byFeatures === true) expect(fit.missing).toEqual([]);
      const [needed, given] = [findMachine(TABLE, meant), findMachine(TABLE, host)];
      const isOther = needed !== given && !(needed === "x86" && given === "x86_64");
      if (isOther) expect([built, host, fit?.byFeatures]).toEqual([built, host, false]);
    }
  }
});

describe("the two orders", () => {
  test("zen3 on an Intel that has all of it", () => {
    const all = TABLE.targets.get("zen3")?.features ?? [];
    const fit = fitCpu("zen3", cpuOf("sapphirerapids", { more: [...all] }));
    expect(fit).toMatchObject({ byName: false, byFeatures: true, missing: [] });
    expect(fitCpu("zen3", cpuOf("sapphirerapids"))).toMatchObject({
      byName: false,
      byFeatures: false,
      missing: ["clzero", "fsgsbase", "pku", "sse4a"],
    });
  });
  test("a Neoverse V1 whose pointer authentication is hidden", () => {
    expect(fitCpu("armv8.4a", cpuOf("neoverse_v1"))).toMatchObject({
      byName: true,
      byFeatures: false,
      missing: ["paca", "pacg"],
    });
    expect(fitCpu("armv8.4-a", cpuOf("neoverse_v1", { more: ["paca", "pacg"] }))).toMatchObject({
      byName: true,
      byFeatures: true,
    });
  });
  test("POWER by its generation, RISC-V's boards by name alone", () => {
    expect(fitCpu("power9", cpuOf("power10le"))).toMatchObject({ byName: true, byFeatures: true });
    expect(fitCpu("power10le", cpuOf("power9le"))).toMatchObject({ byName: false, byFeatures: false });
    expect(fitCpu("u74mc", cpuOf("x60"))).toMatchObject({ byName: false, byFeatures: undefined });
    expect(fitCpu("rva22u64", cpuOf("x60", { more: [...(findLevelFeatures("rva22u64") ?? [])] }))).toMatchObject({
      byName: undefined,
      byFeatures: true,
    });
  });
  test("a hidden feature is missing, and what the target leaves unused is told", () => {
    expect(fitCpu("x86-64-v3", cpuOf("zen4", { less: ["movbe"] }))).toMatchObject({
      byFeatures: false,
      missing: ["movbe"],
    });
    const { unused } = fitCpu("x86-64-v3", cpuOf("haswell")) ?? {};
    expect(unused).toEqual(["aes", "pclmulqdq", "rdrand"]);
    expect(fitCpu("zen4", cpuOf("zen4"))?.unused).toEqual([]);
  });
  test("what nobody knows", () => {
    expect(fitCpu("zen99", cpuOf("zen4"))).toBeUndefined();
    expect(fitCpu("constructor", cpuOf("zen4"))).toBeUndefined();
  });
});

test.each([
  ["x86_64", "x86-64-v1"],
  ["x86_64_v3", "x86-64-v3"],
  ["armv8.2a", "armv8.2-a"],
  ["armv9.0a", "armv9-a"],
  ["aarch64", "armv8-a"],
  ["haswell", "haswell"],
])("%s is %s for compilers", (name, level) => {
  expect(toLevelName(name)).toBe(level);
});

test.each([
  ["zen4", "x86-64-v4"],
  ["alderlake", "x86-64-v3"],
  ["nocona", "x86-64-v1"],
  ["x86_64_v2", "x86-64-v2"],
  ["m1", "armv8.4-a"],
  ["neoverse_v2", "armv9-a"],
  ["neoverse_v3ae", "armv9.2-a"],
  ["power9le", "power9"],
  ["u74mc", "rv64gc"],
  ["pentium2", undefined],
  ["unheard-of", undefined],
])("%s stands on %s", (name, level) => {
  expect(findLevelOfName(TABLE, name)).toBe(level);
});

test("a CPU may be named by a level or a microarchitecture that stands on one", () => {
  expect(findNamedCpu("zen4")).toMatchObject({ name: "zen4", level: "x86-64-v4", vendor: "AuthenticAMD" });
  expect(findNamedCpu("x86-64-v3")).toEqual({ name: "x86_64_v3", level: "x86-64-v3", vendor: "", features: [] });
  expect(findNamedCpu("x86_64_v3")?.level).toBe("x86-64-v3");
  expect([findNamedCpu("power11")?.level, findNamedCpu("power9le")?.level, findNamedCpu("z17")?.level]).toEqual([
    "power11",
    "power9",
    "z17",
  ]);
  for (const name of ["i9", "pentium2", "", "constructor"]) expect(findNamedCpu(name)).toBeUndefined();
});
