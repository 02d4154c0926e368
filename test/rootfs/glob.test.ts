/** Globs as glob(7) has them. */
import { expect, test } from "vitest";
import { matchesGlob } from "../../src/rootfs/glob.js";

test.each([
  ["libmpi*.so.*", "libmpi_cxx.so.40"],
  ["lib?.so", "libz.so"],
  ["lib[a-c].so", "libb.so"],
  ["lib[!a-c].so", "libz.so"],
  ["lib[^a-c].so", "libz.so"],
  ["lib[]x].so", "lib].so"],
  ["lib[!]x].so", "libz.so"],
  ["lib[.so", "lib[.so"],
  ["lib[]", "lib[]"],
  ["libstdc++.so", "libstdc++.so"],
  ["a.*", "a.\n"],
  ["*", ".hidden/with/slashes"],
])("%s matches %s", (glob, name) => {
  expect(matchesGlob(glob, name)).toBe(true);
});

test.each([
  ["libmpi.so", "libmpixso"],
  ["lib[a-c].so", "libz.so"],
  ["lib[!a-c].so", "libb.so"],
  ["lib[^a-c].so", "libb.so"],
  ["lib[^a-c].so", "lib^.s"],
  ["lib[z-a].so", "libz.so"],
  ["lib[]x].so", "lib.so"],
  ["lib", "libx"],
])("%s does not match %s", (glob, name) => {
  expect(matchesGlob(glob, name)).toBe(false);
});
