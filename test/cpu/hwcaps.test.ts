/** glibc-hwcaps folders: which a CPU of a level uses, and which a loader of a machine knows at all. */
import { expect, test } from "vitest";
import { hwcapsOfLevel, hwcapsOfMachine, possibleLevels } from "../../src/cpu/hwcaps.js";

const [EM_386, EM_PPC64, EM_S390, EM_X86_64, EM_AARCH64] = [3, 21, 22, 62, 183];

test.each([
  ["x86-64-v1", []],
  ["x86-64-v3", ["x86-64-v3", "x86-64-v2"]],
  ["power10", ["power10", "power9"]],
  ["z14", ["z14", "z13"]],
  [undefined, []],
  ["unheard-of", []],
])("%s uses its own folder and those below", (level, names) => {
  expect(hwcapsOfLevel(level)).toEqual(names);
});

test("a 32-bit loader on the same CPU knows none of them", () => {
  const names = ["x86-64-v3", "power9", "z13"];
  expect(hwcapsOfMachine(names, EM_X86_64)).toEqual(["x86-64-v3"]);
  expect(hwcapsOfMachine(names, EM_PPC64)).toEqual(["power9"]);
  expect(hwcapsOfMachine(names, EM_S390)).toEqual(["z13"]);
  expect(hwcapsOfMachine(names, EM_386)).toEqual([]);
  expect(hwcapsOfMachine(names, EM_AARCH64)).toEqual([]);
});

test("where nobody knows the CPU, every level of x86-64 is possible, and what another machine has copies for", () => {
  expect(possibleLevels(new Set(["power9"]))).toEqual(["x86-64-v1", "x86-64-v2", "x86-64-v3", "x86-64-v4", "power9"]);
});
