/** Every entry of the knowledge names its source: who says so, or what shows it. A new list of facts is found by itself. */
import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { expect, test } from "vitest";

const FOLDER = join(import.meta.dirname, "../../src/knowledge");
const FILES = readdirSync(FOLDER, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .sort();

/** Lists whose one source stands above them, since their entries are bare words or pairs. */
const TOLD_ABOVE = new Set(["C_LIBRARY_FAMILY", "CUDA_DRIVERS", "PROFILE_NAMES", "DRIVER_PROJECTS"]);
/** Parts of an entry that have the source of the entry. */
const PARTS = new Set(["injections"]);

interface Entry {
  readonly place: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** The objects of an exported list, and those of lists in them that stand for facts of their own. */
function* findEntries(place: string, value: unknown): Generator<Entry> {
  if (!Array.isArray(value)) return;
  for (const [index, one] of value.entries()) {
    if (typeof one !== "object" || one === null || one instanceof RegExp || Array.isArray(one)) continue;
    const entry = one as Readonly<Record<string, unknown>>;
    const parts = Object.keys(entry).filter((key) => PARTS.has(key));
    if (parts.length === 0) yield { place: `${place}[${index}]`, value: entry };
    for (const key of parts) yield* findEntries(`${place}[${index}].${key}`, entry[key]);
  }
}

const modules = await Promise.all(
  FILES.map(async (name) => {
    const module = (await import(join(FOLDER, name))) as Readonly<Record<string, unknown>>;
    return { name: relative(".", name), module };
  }),
);
const entries = modules.flatMap(({ name, module }) =>
  Object.entries(module).flatMap(([exported, value]) =>
    TOLD_ABOVE.has(exported) ? [] : [...findEntries(`${name} ${exported}`, value)],
  ),
);

test("the knowledge is there", () => {
  expect(entries.length).toBeGreaterThan(150);
});

test("every entry names its source", () => {
  const unsaid = entries.filter(({ value: { source } }) => typeof source !== "string" || source.trim().length < 10);
  expect(unsaid.map(({ place }) => place)).toEqual([]);
});

test("no source names a person's word, or a folder of a machine", () => {
  const odd = entries.filter(({ value: { source } }) => /^\/(?:home|tmp)\b|TODO|FIXME/.test(String(source)));
  expect(odd.map(({ place }) => place)).toEqual([]);
});
