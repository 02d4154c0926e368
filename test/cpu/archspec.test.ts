/**
 * archspec's own table and captures, where the machine has them: CONTAINERSPEC_ARCHSPEC names a folder with its
 * microarchitectures.json and, in targets/, captures whose names end in the answer. The machine, which a capture does not always
 * tell, is the one that the answer is of.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readCapture } from "../../src/cpu/captures/read-capture.js";
import { createFeatureTest } from "../../src/cpu/features.js";
import { identifyCpu } from "../../src/cpu/identify.js";
import { MICROARCHITECTURES as TABLE } from "../../src/cpu/microarchitectures.js";
import { findMachine, runsByName } from "../../src/cpu/order.js";
import { readCpuTable } from "../../src/read-cpu.js";

const folder = process.env["CONTAINERSPEC_ARCHSPEC"];
const skipped = folder === undefined ? " (skipped: CONTAINERSPEC_ARCHSPEC names no folder)" : "";

describe.skipIf(folder === undefined)(`archspec${skipped}`, () => {
  const targets = folder === undefined ? {} : readTargets(folder);
  const captures = folder === undefined ? [] : readdirSync(join(folder, "targets"));

  test.each(captures)("%s", (file) => {
    const name = file.slice(file.lastIndexOf("-") + 1);
    const described = readCapture(readFileSync(join(folder ?? "", "targets", file), "latin1"));
    expect(described).toBeDefined();
    expect(described && identifyCpu(described, findMachine(TABLE, name))?.name).toBe(name);
  });

  test("as the table gives its captures the same names", async () => {
    const table = await readCpuTable(folder ?? "");
    for (const file of captures) {
      const name = file.slice(file.lastIndexOf("-") + 1);
      const described = readCapture(readFileSync(join(folder ?? "", "targets", file), "latin1"));
      const cpu = described && identifyCpu(described, findMachine(TABLE, name), table);
      expect([file, cpu?.name]).toEqual([file, name]);
    }
  });
  test("has no microarchitecture that the table has not, at another place", () => {
    expect(Object.keys(targets).length).toBeGreaterThan(70);
    for (const [name, { from, vendor, generation }] of Object.entries(targets)) {
      const ours = TABLE.targets.get(name);
      expect([name, ours?.parents, ours?.vendor, ours?.generation]).toEqual([
        name,
        from,
        vendor === "generic" ? "" : vendor,
        generation,
      ]);
    }
  });
  test("orders every pair by name as the table does", () => {
    const isAbove = (name: string, of: string): boolean =>
      name === of || targets[of]?.from.some((parent) => isAbove(name, parent)) === true;
    for (const a of Object.keys(targets))
      for (const b of Object.keys(targets)) expect([a, b, runsByName(TABLE, a, b)]).toEqual([a, b, isAbove(a, b)]);
  });
  test("lists no feature that the table has not, and of those that it has not only what a level needs", () => {
    for (const [name, { features }] of Object.entries(targets)) {
      const machine = findMachine(TABLE, name) ?? "";
      const ours = TABLE.targets.get(name)?.features ?? [];
      const more = ours.filter((one) => !createFeatureTest({ machine, features })(one));
      expect([name, features.filter((one) => !createFeatureTest({ machine, features: ours })(one))]).toEqual([
        name,
        [],
      ]);
      const baseline = ["cmov", "cx8", "fpu", "fxsr", "mmx", "pni", "sse", "sse2", "syscall"];
      expect([name, more.filter((one) => !baseline.includes(one))]).toEqual([name, []]);
    }
  });
});

interface Target {
  readonly from: readonly string[];
  readonly vendor: string;
  readonly features: readonly string[];
  readonly generation?: number;
}

function readTargets(from: string): Readonly<Record<string, Target>> {
  const text = readFileSync(join(from, "microarchitectures.json"), "utf8");
  return (JSON.parse(text) as { microarchitectures: Record<string, Target> }).microarchitectures;
}
