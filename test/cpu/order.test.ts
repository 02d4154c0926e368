/** The table, and the laws of its two orders, over all pairs. */
import { describe, expect, test } from "vitest";
import { createFeatureTest } from "../../src/cpu/features.js";
import { findLevelFeatures, X86_64_LEVELS } from "../../src/cpu/level.js";
import { MICROARCHITECTURES as TABLE } from "../../src/cpu/microarchitectures.js";
import { findAncestors, findMachine, runsByName } from "../../src/cpu/order.js";

const ALL = [...TABLE.targets.values()];
const NAMES = ALL.map(({ name }) => name);

/** Whether all features of one are those of another. */
function isWithin(a: string, b: string): boolean {
  const has = createFeatureTest({
    machine: findMachine(TABLE, b) ?? "",
    features: TABLE.targets.get(b)?.features ?? [],
  });
  return TABLE.targets.get(a)?.features.every(has) === true;
}

describe("the table", () => {
  test("names nobody twice, parents that there are, and nobody as an ancestor of itself", () => {
    expect(ALL.length).toBeGreaterThan(75);
    expect(new Set(NAMES).size).toBe(NAMES.length);
    for (const { name, parents } of ALL) {
      expect(parents.filter((parent) => !TABLE.targets.has(parent))).toEqual([]);
      expect(findAncestors(TABLE, name).has(name)).toBe(false);
    }
  });
  test("leads everybody to one machine", () => {
    for (const name of NAMES) {
      const roots = [name, ...findAncestors(TABLE, name)].filter((one) => TABLE.targets.get(one)?.parents.length === 0);
      expect(roots).toEqual([findMachine(TABLE, name)]);
    }
  });
  test("writes features as words, and no number of a model twice for one maker and stepping", () => {
    for (const { features } of ALL) for (const one of features) expect(one).toMatch(/^[a-z0-9_]+$/);
    const numbers = ALL.flatMap(({ vendor, name, models = [], fromStepping = 0 }) =>
      models.flatMap(([family, first, last = first]) =>
        Array.from({ length: last - first + 1 }, (_, at) => ({
          key: `${vendor} ${family} ${first + at} ${fromStepping}`,
          name,
        })),
      ),
    );
    expect(new Set(numbers.map(({ key }) => key)).size).toBe(numbers.length);
    const parts = ALL.flatMap(({ vendor, parts: own = [] }) => own.map((part) => `${vendor} ${part}`));
    expect(new Set(parts).size).toBe(parts.length);
  });
  test("has the x86-64 levels with the features of level.ts", () => {
    for (const level of X86_64_LEVELS) {
      const name = level === "x86-64-v1" ? "x86_64" : level.replaceAll("-", "_");
      expect(new Set(TABLE.targets.get(name)?.features)).toEqual(new Set(findLevelFeatures(level)));
    }
  });
});

describe("runs by name", () => {
  test("is reflexive, antisymmetric and transitive", () => {
    const above = new Map(NAMES.map((a) => [a, NAMES.filter((b) => runsByName(TABLE, a, b))]));
    for (const a of NAMES) {
      const over = above.get(a) ?? [];
      expect(over).toContain(a);
      for (const b of over) {
        expect(a === b || !(above.get(b) ?? []).includes(a)).toBe(true);
        for (const c of above.get(b) ?? []) expect(over).toContain(c);
      }
    }
  });
  test("never crosses machines, nor makers but through what nobody makes", () => {
    for (const a of ALL) {
      for (const b of ALL) {
        if (!runsByName(TABLE, a.name, b.name)) continue;
        expect(findMachine(TABLE, a.name)).toBe(findMachine(TABLE, b.name));
        // Ampere's cores descend from Arm's.
        if (a.vendor !== b.vendor) expect(["", "ARM"]).toContain(a.vendor);
      }
    }
  });
  test.each([
    ["x86_64_v3", "haswell", true],
    ["haswell", "skylake_avx512", true],
    ["cascadelake", "icelake", true],
    ["cannonlake", "icelake", true],
    ["cascadelake", "cannonlake", false],
    ["cannonlake", "cascadelake", false],
    ["x86_64_v4", "alderlake", false],
    ["icelake", "haswell", false],
    ["zen3", "sapphirerapids", false],
    ["x86_64_v4", "zen4", true],
    ["bulldozer", "zen5", false],
    ["armv8.2a", "neoverse_n1", true],
    ["neoverse_n1", "ampere1a", true],
    ["neoverse_v1", "neoverse_v2", false],
    ["armv8.6a", "m4", true],
    ["power8le", "power10le", true],
    ["power8", "power10le", false],
    ["riscv64", "u74mc", true],
    ["u74mc", "x60", false],
    ["x86_64", "unheard-of", false],
    ["unheard-of", "unheard-of", false],
  ])("%s on %s: %s", (built, host, answer) => {
    expect(runsByName(TABLE, built, host)).toBe(answer);
  });
});

describe("features", () => {
  test("of a microarchitecture are had by all that descend from it", () => {
    for (const a of NAMES)
      for (const b of NAMES) if (runsByName(TABLE, a, b)) expect([a, b, isWithin(a, b)]).toEqual([a, b, true]);
  });
  test("are another order than names: zen3 lacks nothing that haswell has but what Intel alone lists", () => {
    expect(isWithin("x86_64_v3", "zen")).toBe(true);
    expect(isWithin("haswell", "zen3")).toBe(false);
    expect(isWithin("bulldozer", "excavator")).toBe(true);
    expect(isWithin("cascadelake", "cannonlake")).toBe(false);
  });
});
