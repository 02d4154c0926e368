/** NVIDIA_REQUIRE_*: blanks are "or", commas are "and", and what is not known stays so. */
import { expect, test } from "vitest";
import { compareReleases, holdsAll, readCudaNeed } from "../../src/spec/cuda.js";

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

test("an image that requires nothing, and brings nothing, has no such need", () => {
  expect(readCudaNeed(new Map([["CUDA_VERSION", "12.2"]]), undefined)).toBeUndefined();
  expect(readCudaNeed(new Map([["NVIDIA_DISABLE_REQUIRE", "1"]]), "/usr/local/cuda-12.2/compat")).toEqual({
    requirements: [],
    isDisabled: true,
    compat: "/usr/local/cuda-12.2/compat",
  });
});
