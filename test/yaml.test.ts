/** YAML as people write it, with the places of what is in it; and what nobody means to write. */
import { describe, expect, test } from "vitest";
import { parseYaml, type YamlDocument } from "../src/yaml.js";

function read(text: string, scalars: "text" | "core" = "text"): YamlDocument {
  const read = parseYaml(text, { scalars });
  if (read.kind === "fault") throw new Error(read.message);
  return read;
}

describe("scalars", () => {
  const text = "glibc: 2.30\nflag: NO\nday: 2027-01-31\nnumber: 0x10\nempty:\n";

  test("are the text that stands there", () => {
    expect(read(text).value).toEqual({ glibc: "2.30", flag: "NO", day: "2027-01-31", number: "0x10", empty: "" });
  });
  test("or what YAML 1.2 makes of them, which has no dates and no NO", () => {
    expect(read(text, "core").value).toEqual({ glibc: 2.3, flag: "NO", day: "2027-01-31", number: 16, empty: null });
  });
});

test("JSON is YAML", () => {
  const value = { a: [1, "b", null, { "c d": true }], e: "\u0000\ud83d\ude00" };
  expect(read(JSON.stringify(value), "core").value).toEqual(value);
});

test("a key of the language is a key like any other", () => {
  const value = read("__proto__:\n  polluted: yes\n").value as object;
  expect(Object.keys(value)).toEqual(["__proto__"]);
  expect(({} as { polluted?: string }).polluted).toBeUndefined();
});

describe("places", () => {
  const { placeOf } = read("# first\naccept:\n  - rule: a\n    library: b\n  - { rule: c }\nhosts: [x, yy]\n");

  test.each<[readonly (string | number)[], number, number]>([
    [[], 2, 1],
    [["accept"], 2, 1],
    [["accept", 0], 3, 5],
    [["accept", 0, "library"], 4, 5],
    [["accept", 1, "rule"], 5, 7],
    [["hosts", 1], 6, 12],
    [["hosts", 1, "deeper"], 6, 12],
    [["nothing"], 2, 1],
  ])("%j is in line %d, column %d", (path, line, column) => {
    expect(placeOf(path)).toEqual({ line, column });
  });
});

describe("faults", () => {
  test.each([
    ["a bracket that stays open", "a: [1, 2\n", 2],
    ["an indentation that fits nowhere", "a:\n  b: c\n d: e\n", 3],
    ["a key that stands twice", "a: b\na: c\n", 2],
    ["a tag that nobody knows", "a: !secret b\n", 1],
    ["a second document", "a: b\n---\nc: d\n", 2],
    ["an alias of nothing", "a: *b\n", 1],
  ])("%s", (_, text, line) => {
    const fault = parseYaml(text, { scalars: "text" });
    expect(fault).toMatchObject({ kind: "fault", place: { line } });
    expect((fault as { message: string }).message).toMatch(/^[^\n]{10,}[^.\n]$/);
  });

  test("aliases that multiply", () => {
    const levels = Array.from({ length: 10 }, (_, i) => `l${i + 1}: &l${i + 1} [${`*l${i}, `.repeat(10)}x]`);
    const text = `l0: &l0 x\n${levels.join("\n")}\n`;
    const fault = parseYaml(text, { scalars: "text" });
    expect(fault.kind === "fault" ? fault.message : "").toContain("alias");
  });
  // Not in a table: the runner makes a pattern of each title.
  test("a document that is nested too deeply", () => {
    for (const text of ["[".repeat(50_000), `${"[".repeat(9_000)}${"]".repeat(9_000)}`, `${"- ".repeat(9_000)}x`])
      expect(parseYaml(text, { scalars: "text" })).toMatchObject({ kind: "fault", message: "it is nested too deeply" });
  });
  test("a document that is longer than anybody writes", () => {
    expect(parseYaml("a".repeat(2 ** 18 + 1), { scalars: "text" }).kind).toBe("fault");
  });
});
