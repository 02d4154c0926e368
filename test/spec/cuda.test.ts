/** NVIDIA_REQUIRE_*: blanks are "or", commas are "and", and what is not known stays so. */
import { expect, test } from "vitest";
import { CUDA_DRIVERS } from "../../src/knowledge/drivers.js";
import { holdsAll, readCudaNeed } from "../../src/spec/cuda.js";
import { isCompatUsed, type CudaCompat } from "../../src/spec/cuda-compat.js";
import { compareReleases } from "../../src/spec/releases.js";

const KNOWN = new Map([
  ["cuda", "12.2"],
  ["driver", "535.261.03"],
]);

test.each([
  ["cuda>=12.2", true],
  ["cuda>=12.10", false],
  ["cuda<12.10", true],
  ["cuda!=12.2", false],
  ["cuda=12.2", true],
  ["driver>=535,driver<536", true],
  ["driver>=470,driver<471", false],
  ["cuda>=12.8 driver>=535,driver<536", true],
  ["cuda>=12.8 brand=tesla", undefined],
  ["cuda>=12.8 brand=tesla,driver<500", false],
  ["cuda>=12.2,arch>=7.0", undefined],
  ["something odd", undefined],
  ["", true],
  [" ", true],
  ["cuda>=12.x", undefined],
  ["cuda>=", undefined],
  ["colour=blue", true],
  ["colour=blue,cuda>=13.0", false],
  ["colour=blue cuda>=13.0", false],
  ["cuda>=12.2,", true],
])("%s", (value, expected) => {
  expect(holdsAll([`NVIDIA_REQUIRE_CUDA=${value}`], KNOWN)).toBe(expected);
});

test("all variables must hold", () => {
  expect(holdsAll(["NVIDIA_REQUIRE_CUDA=cuda>=12", "NVIDIA_REQUIRE_ARCH=arch>=7"], KNOWN)).toBeUndefined();
  expect(holdsAll(["NVIDIA_REQUIRE_CUDA=cuda>=13", "NVIDIA_REQUIRE_ARCH=arch>=7"], KNOWN)).toBe(false);
});

test("releases are compared by numbers", () => {
  expect(compareReleases("12.10", "12.9")).toBeGreaterThan(0);
  expect(compareReleases("535", "535.0")).toBe(0);
});

const COMPAT: CudaCompat = { folder: "/usr/local/cuda-12.2/compat", driver: "535.54.03" };

test("an image that requires nothing, and brings nothing, has no such need", () => {
  expect(readCudaNeed(new Map([["CUDA_HOME", "/usr/local/cuda"]]), undefined)).toBeUndefined();
  expect(readCudaNeed(new Map([["NVIDIA_DISABLE_REQUIRE", "1"]]), COMPAT)).toEqual({
    requirements: [],
    isDisabled: true,
    compat: COMPAT,
  });
});

test("the first images have CUDA_VERSION alone; what is said of Jetson's system is no condition", () => {
  const read = (env: Readonly<Record<string, string>>) => readCudaNeed(new Map(Object.entries(env)), undefined);
  expect(read({ CUDA_VERSION: "11.4.2" })?.requirements).toEqual(["CUDA_VERSION=cuda>=11.4"]);
  expect(read({ CUDA_VERSION: "11.4.2", NVIDIA_REQUIRE_CUDA: "cuda>=11.0" })?.requirements).toEqual([
    "NVIDIA_REQUIRE_CUDA=cuda>=11.0",
  ]);
  expect(read({ CUDA_VERSION: "unknown" })).toBeUndefined();
  expect(read({ NVIDIA_REQUIRE_JETPACK: "csv-mounts=all" })).toBeUndefined();
});

/** Drivers of a host, and whether a libcuda for forward compatibility stands before them. */
test.each([
  ["a later branch that says nothing", { driver: "590.44.01" }, "580.65.06", true],
  ["the same branch that says nothing", { driver: "580.95.05" }, "580.65.06", false],
  ["a branch that it names", { driver: "590.44.01", note: { drivers: [535, 580] } }, "535.54.03", true],
  ["a branch that it does not name", { driver: "590.44.01", note: { drivers: [535, 580] } }, "565.57.01", false],
  ["its own branch, of an earlier release", { driver: "590.48.01", note: { drivers: [590] } }, "590.44.01", true],
  ["its own branch, of a later release", { driver: "590.44.01", note: { drivers: [590] } }, "590.48.01", false],
  ["a CUDA that is later", { driver: "590.44.01", note: { cuda: "13.1", drivers: [] } }, "580.65.06", true],
  ["a CUDA that is not", { driver: "590.44.01", note: { cuda: "13.1", drivers: [] } }, "610.43.02", false],
])("forward compatibility: %s", (_what, compat, driver, expected) => {
  const cuda = CUDA_DRIVERS.findLast(([, oldest]) => compareReleases(driver, oldest) >= 0)?.[0] ?? "";
  const known = new Map([
    ["driver", driver],
    ["cuda", cuda],
  ]);
  expect(isCompatUsed({ folder: "/usr/local/cuda/compat", ...compat }, known)).toBe(expected);
  expect(isCompatUsed({ folder: "/usr/local/cuda/compat", ...compat }, new Map())).toBe(false);
});

test("CUDA's releases and their drivers go up together", () => {
  for (const [index, [cuda, driver]] of CUDA_DRIVERS.entries()) {
    const [before = "0", older = "0"] = CUDA_DRIVERS[index - 1] ?? [];
    expect([compareReleases(cuda, before) > 0, compareReleases(driver, older) > 0]).toEqual([true, true]);
  }
});
