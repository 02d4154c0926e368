/** docs/report.md describes every field of the schema, in a table for each object, and no other. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { VERDICTS } from "../src/report.js";

interface ObjectSchema {
  readonly properties: Readonly<Record<string, ObjectSchema>>;
  readonly required: readonly string[];
}

function read(name: string): string {
  return readFileSync(new URL(`../docs/${name}`, import.meta.url), "utf8");
}

const PAGE = read("report.md");
const DEFS = (JSON.parse(read("report.schema.json")) as { $defs: Record<string, ObjectSchema> }).$defs;

/** Every object of the schema by the heading that describes it. */
const OBJECTS: Readonly<Record<string, ObjectSchema | undefined>> = {
  report: DEFS["report"],
  tool: DEFS["report"]?.properties["tool"],
  image: DEFS["image"],
  layer: DEFS["layer"],
  floors: DEFS["floors"],
  libc: DEFS["libc"],
  host: DEFS["host"],
  cpu: DEFS["host"]?.properties["cpu"],
  mount: DEFS["mount"],
  companion: DEFS["companion"],
  set: DEFS["set"],
  plan: DEFS["plan"],
  "plan mount": DEFS["planMount"],
  "plan variable": DEFS["planVariable"],
  "plan device": DEFS["planDevice"],
  kept: DEFS["planKept"],
  finding: DEFS["finding"],
  "evidence: file": DEFS["fileEvidence"],
  "evidence: version": DEFS["versionEvidence"],
  "evidence: symbol": DEFS["symbolEvidence"],
  "evidence: search": DEFS["searchEvidence"],
  "evidence: value": DEFS["valueEvidence"],
  place: DEFS["place"],
  rule: DEFS["rule"],
  summary: DEFS["report"]?.properties["summary"],
  reports: DEFS["reports"],
};

function rowsOf(heading: string): readonly (readonly string[])[] {
  const section = PAGE.split(/^##+ /m).find((text) => text.startsWith(`${heading}\n`)) ?? "";
  const [table = ""] = section.match(/^\| field .*(?:\n\|.*)*/m) ?? [];
  return table
    .split("\n")
    .slice(2)
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

test("every object of the schema has its heading", () => {
  const objects = Object.entries(DEFS).filter(([, { properties }]) => (properties as unknown) !== undefined);
  const described = new Set(Object.values(OBJECTS));
  expect(objects.filter(([, schema]) => !described.has(schema)).map(([name]) => name)).toEqual([]);
});

describe.each(Object.entries(OBJECTS))("%s", (heading, schema) => {
  test("its fields, in the schema's order, and which may be missing", () => {
    const { properties = {}, required = [] } = schema ?? {};
    const expected = Object.keys(properties).map((name) => [`\`${name}\``, required.includes(name) ? "" : "optional"]);
    expect(expected.length).toBeGreaterThan(0);
    expect(rowsOf(heading).map(([name, optional]) => [name, optional])).toEqual(expected);
  });
  test("each with what it holds and means", () => {
    for (const [name, , holds = "", meaning = ""] of rowsOf(heading)) {
      expect([name, holds.length > 3, meaning.length > 3]).toEqual([name, true, true]);
    }
  });
});

test("the verdicts, from best to worst", () => {
  const [table = ""] = PAGE.match(/^\| verdict .*(?:\n\|.*)*/m) ?? [];
  expect([...table.matchAll(/^\| `([a-z-]+)`/gm)].map(([, verdict]) => verdict)).toEqual(VERDICTS);
});

test("every link inside the page leads somewhere", () => {
  const anchors = [...PAGE.matchAll(/^##+ (.*)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replace(/[^a-z0-9 -]/g, "")
      .replaceAll(" ", "-"),
  );
  const links = [...PAGE.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor);
  expect(links.length).toBeGreaterThan(5);
  expect(links.filter((link) => !anchors.includes(link ?? ""))).toEqual([]);
});
