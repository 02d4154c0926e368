/** What glibc 2.26 to 2.36 calls CPUs: flags as Linux shows them. */
import { describe, expect, test } from "vitest";
import { findHardwareWords, possibleHardwareWords } from "../../src/cpu/hardware-words.js";

const NEHALEM = ["sse4_2", "popcnt", "cx16", "lahf_lm"];
const HASWELL = [...NEHALEM, "avx", "avx2", "fma", "bmi1", "bmi2", "abm", "movbe"];
const SKYLAKE = [...HASWELL, "avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl"];
const KNIGHTS = [...HASWELL, "avx512f", "avx512cd", "avx512er", "avx512pf"];

test.each([
  ["GenuineIntel", NEHALEM, "x86_64", ["x86_64"]],
  ["GenuineIntel", HASWELL, "haswell", ["x86_64"]],
  ["GenuineIntel", SKYLAKE, "haswell", ["x86_64", "avx512_1"]],
  ["GenuineIntel", KNIGHTS, "xeon_phi", ["x86_64"]],
  // A guest whose hypervisor hides one of the features.
  ["GenuineIntel", HASWELL.filter((flag) => flag !== "movbe"), "x86_64", ["x86_64"]],
  ["GenuineIntel", SKYLAKE.filter((flag) => flag !== "avx512vl"), "haswell", ["x86_64"]],
  ["GenuineIntel", SKYLAKE.filter((flag) => flag !== "abm"), "x86_64", ["x86_64", "avx512_1"]],
  ["AuthenticAMD", SKYLAKE, "x86_64", ["x86_64"]],
  ["HygonGenuine", HASWELL, "x86_64", ["x86_64"]],
])("%s with its flags", (vendor, features, platform, capabilities) => {
  expect(findHardwareWords({ vendor, features: [...features, "vmx"] })).toEqual([{ platform, capabilities }]);
});

test("a guest without vmx has none of LZCNT's bit in the first two releases", () => {
  const words = (features: readonly string[]) =>
    findHardwareWords({ vendor: "GenuineIntel", features }).map(({ platform, capabilities }) => [
      platform,
      capabilities.length,
    ]);
  expect(words(HASWELL)).toEqual([
    ["haswell", 1],
    ["x86_64", 1],
  ]);
  expect(words(SKYLAKE)).toEqual([
    ["haswell", 2],
    ["x86_64", 2],
  ]);
  expect(words(NEHALEM)).toEqual([["x86_64", 1]]);
});

test("a CPU whose vendor or flags are not told is any of its level", () => {
  const any = possibleHardwareWords("x86-64-v3");
  expect(findHardwareWords({ vendor: "", features: HASWELL, level: "x86-64-v3" })).toEqual(any);
  expect(findHardwareWords({ vendor: "GenuineIntel", features: [], level: "x86-64-v3" })).toEqual(any);
});

test("other machines have no such words", () => {
  expect(findHardwareWords({ vendor: "ARM", features: ["fp", "asimd"], level: "armv8-a" })).toEqual([]);
  expect(findHardwareWords({ vendor: "IBM", features: [], level: "power9" })).toEqual([]);
});

describe("where the model is not known", () => {
  const platforms = (level: string | undefined) =>
    possibleHardwareWords(level).map(({ platform, capabilities }) => [platform, ...capabilities.slice(1)].join("+"));
  test("the level tells which there may be", () => {
    expect(platforms("x86-64-v1")).toEqual(["x86_64"]);
    expect(platforms("x86-64-v2")).toEqual(["x86_64"]);
    expect(platforms("x86-64-v3")).toEqual(["x86_64", "haswell", "xeon_phi"]);
    expect(platforms("x86-64-v4")).toEqual(["x86_64", "haswell+avx512_1", "x86_64+avx512_1"]);
    expect(platforms(undefined)).toEqual(["x86_64", "haswell", "haswell+avx512_1", "x86_64+avx512_1", "xeon_phi"]);
    expect(platforms("power9")).toEqual([]);
  });
});
