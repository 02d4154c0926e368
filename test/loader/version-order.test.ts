/** The order of names by which ldconfig tells the newer of two libraries. */
import { expect, test } from "vitest";
import { compareLibraryNames } from "../../src/loader/version-order.js";

test.each([
  ["libx.so.9", "libx.so.10"],
  ["libx.so.1.2", "libx.so.1.2.3"],
  ["libx.so", "libx.so.1"],
  ["libx-2.31.so", "libx-2.31a.so"],
  ["libxa.so", "libx1.so"],
  ["liba.so", "libb.so"],
])("%s comes before %s", (older, newer) => {
  expect(compareLibraryNames(older, newer)).toBeLessThan(0);
  expect(compareLibraryNames(newer, older)).toBeGreaterThan(0);
});

test.each([
  ["libx.so.1", "libx.so.1"],
  ["libx.so.01", "libx.so.1"],
])("%s and %s are as old", (one, other) => {
  expect(compareLibraryNames(one, other)).toBe(0);
});
