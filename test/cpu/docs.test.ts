/** The tables of docs/cpu.md against the tables in the code. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { FEATURE_ALIASES } from "../../src/cpu/features.js";
import { findLevelFeatures, listLevelsBelow, lowestLevel, Z_LEVELS } from "../../src/cpu/level.js";
import { MICROARCHITECTURES } from "../../src/cpu/microarchitectures.js";
import { findMachine } from "../../src/cpu/order.js";

const TEXT = readFileSync(new URL("../../docs/cpu.md", import.meta.url), "utf8");

/** The rows of the table in a section, without its head: cells as they are written. */
function readTable(section: string): readonly (readonly string[])[] {
  const [, body = ""] = TEXT.split(`\n## ${section}\n`);
  const lines = (body.split("\n## ")[0] ?? "").split("\n").filter((line) => line.startsWith("|"));
  return lines.slice(2).map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** What stands in backquotes. */
function readNames(cell = ""): readonly string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);
}

const VENDORS: Readonly<Record<string, string>> = { Intel: "GenuineIntel", AMD: "AuthenticAMD" };

test("what the table knows", () => {
  const told = readTable("What the table knows").map(([of = "", names]) => {
    const vendor = VENDORS[of.split(", ")[1] ?? ""];
    return { machine: readNames(of)[0], vendor, names: [...readNames(names)].sort() };
  });
  const made = [...MICROARCHITECTURES.targets.values()].filter(({ vendor }) => vendor !== "");
  for (const { machine, vendor, names } of told) {
    const known = made.filter(
      (one) => findMachine(MICROARCHITECTURES, one.name) === machine && (vendor === undefined || one.vendor === vendor),
    );
    expect([machine, vendor, names]).toEqual([machine, vendor, known.map(({ name }) => name).sort()]);
  }
  expect(told.flatMap(({ names }) => names).length).toBe(made.length);
});

test("the levels", () => {
  const told = new Map(
    readTable("Levels").map(([machine, levels]) => [readNames(machine)[0] ?? "", readNames(levels)]),
  );
  expect([...told.keys()]).toEqual(["x86_64", "aarch64", "ppc64le", "riscv64", "s390x"]);
  for (const [machine, names] of told) {
    // The first of a row is the lowest, each is one, and the last stands on the first.
    expect([machine, names[0]]).toEqual([machine, lowestLevel(machine)]);
    expect([machine, names.every((name) => listLevelsBelow(name).length > 0)]).toEqual([machine, true]);
    expect([machine, listLevelsBelow(names.at(-1) ?? "").includes(names[0] ?? "")]).toEqual([machine, true]);
  }
  expect(told.get("s390x")?.at(-1)).toBe(Z_LEVELS.at(-1));
  expect(findLevelFeatures(told.get("aarch64")?.at(-1) ?? "")).toBeDefined();
});

test("other names of features", () => {
  const told = readTable("Features").flatMap(([names, meaning]) => {
    const meant = readNames(meaning);
    // In a row of several names each has the meaning at its own place.
    return readNames(names).map((name, index, { length }) => ({
      name,
      all: meant,
      own: length === meant.length ? meant.slice(index, index + 1) : meant,
    }));
  });
  expect(told.map(({ name }) => name).sort()).toEqual(FEATURE_ALIASES.map(({ name }) => name).sort());
  for (const { name, all, own } of told) {
    const { anyOf, machines = [] } = FEATURE_ALIASES.find((one) => one.name === name) ?? {};
    if (anyOf !== undefined) expect([name, own]).toEqual([name, anyOf]);
    else expect([name, machines.filter((machine) => !all.includes(machine))]).toEqual([name, []]);
  }
});
