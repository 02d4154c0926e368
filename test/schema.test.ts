/** The published schemas: what is written conforms to them, every field is described, and nothing else is allowed. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { beforeAll, describe, expect, test } from "vitest";
import { profileSchema } from "../src/host/profile-schema.js";
import { MATCH_VERDICTS, REASON_IDS } from "../src/match/reason.js";
import { VERDICTS } from "../src/report.js";
import { z } from "../src/schema.js";
import { packArchive } from "./support/image-builder.js";
import { ociLayout } from "./support/image-forms.js";
import { packImage, packRoot, writeRoot } from "./cli/root-files.js";
import { createFolder, runCli } from "./cli/run-cli.js";
import { BARE, HOST, IMAGE, OTHER_MACHINE } from "./cli/verdict-roots.js";

type Schema = Readonly<Record<string, unknown>>;

function readSchema(name: string): Schema {
  return JSON.parse(readFileSync(new URL(`../docs/${name}`, import.meta.url), "utf8")) as Schema;
}

const REPORT = readSchema("report.schema.json");
const PROFILE = readSchema("host-profile.schema.json");
const MATRIX = readSchema("match.schema.json");

function check(schema: Schema, value: unknown): readonly string[] {
  const validate = new Ajv2020({ allErrors: true, strict: true, strictRequired: false, strictTypes: false }).compile(
    schema,
  );
  return validate(value)
    ? []
    : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ""}`);
}

/** Every schema inside a schema, with its place. */
function* walkSchema(schema: Schema, place = "#"): Generator<{ place: string; schema: Schema }> {
  yield { place, schema };
  for (const key of ["properties", "$defs"]) {
    for (const [name, inner] of Object.entries((schema[key] ?? {}) as Record<string, Schema>))
      yield* walkSchema(inner, `${place}/${key}/${name}`);
  }
  for (const key of ["oneOf", "anyOf"]) {
    for (const [index, inner] of ((schema[key] ?? []) as Schema[]).entries())
      yield* walkSchema(inner, `${place}/${key}/${index}`);
  }
  if (typeof schema["items"] === "object") yield* walkSchema(schema["items"] as Schema, `${place}/items`);
}

const cwd = createFolder();
const reports: Record<string, unknown> = {};

beforeAll(() => {
  writeRoot(join(cwd, "host"), HOST);
  writeFileSync(join(cwd, "app.tar"), packImage(IMAGE));
  writeFileSync(
    join(cwd, "bare.tar"),
    packArchive(ociLayout([{ layers: [packRoot(BARE), packRoot({ "a\xff\x01": "x" })] }])),
  );
  writeFileSync(join(cwd, "arm.tar"), packImage(OTHER_MACHINE, { architecture: "arm64", references: [] }));
  const run = (args: readonly string[]): unknown =>
    JSON.parse(runCli(["analyze", ...args, "--host", "host", "--format", "json"], { cwd }).stdout);
  reports["every verdict"] = run(["app.tar"]);
  reports["placement first"] = run(["app.tar", "--placement", "first"]);
  reports["placement last"] = run(["app.tar", "--placement", "last", "--library", "*"]);
  reports["all companions"] = run(["app.tar", "--companions", "all", "--cpu", "x86-64-v3"]);
  reports["an OCI image of two layers"] = run(["bare.tar", "--layer-mode", "extract"]);
  reports["another machine"] = run(["arm.tar"]);
  reports["a plan"] = run(["app.tar", "--library", "*", "--plan"]);
  reports["several images"] = run(["app.tar", "bare.tar", "arm.tar"]);
});

describe("docs/report.schema.json", () => {
  test.each([
    "every verdict",
    "placement first",
    "placement last",
    "all companions",
    "an OCI image of two layers",
    "another machine",
    "a plan",
    "several images",
  ])("a report of %s conforms", (kind) => {
    expect(check(REPORT, reports[kind])).toEqual([]);
  });

  test("what is no report does not", () => {
    const report = reports["every verdict"] as Record<string, unknown> & { mounts: Record<string, unknown>[] };
    const [mount] = report.mounts;
    expect(check(REPORT, { ...report, clock: 0 })).not.toEqual([]);
    expect(check(REPORT, { ...report, summary: undefined })).not.toEqual([]);
    expect(check(REPORT, { ...report, mounts: [{ ...mount, verdict: "fine" }] })).not.toEqual([]);
    expect(check(REPORT, { ...report, mounts: [{ ...mount, extra: 1 }] })).not.toEqual([]);
    expect(check(REPORT, { ...report, schemaVersion: "2.0.0" })).not.toEqual([]);
  });

  test("verdicts are those of the program, in its order", () => {
    const defs = REPORT["$defs"] as Record<string, { enum?: unknown }>;
    expect(defs["verdict"]?.enum).toEqual(VERDICTS);
  });
});

describe("docs/match.schema.json", () => {
  test.each([
    ["several images on several hosts", ["app.tar", "arm.tar", "bare.tar", "--host", "host", "--host", "app.tar"]],
    ["a CPU that was told", ["app.tar", "--host", "host", "--cpu", "x86-64-v3"]],
  ])("a matrix of %s conforms", (_kind, args) => {
    const matrix = JSON.parse(runCli(["match", ...args, "--format", "json"], { cwd }).stdout) as Record<
      string,
      unknown
    >;
    expect(check(MATRIX, matrix)).toEqual([]);
    expect(check(MATRIX, { ...matrix, clock: 0 })).not.toEqual([]);
    expect(check(MATRIX, { ...matrix, cells: undefined })).not.toEqual([]);
  });
  test("verdicts and reasons are those of the program, and each is explained", () => {
    const defs = MATRIX["$defs"] as Record<string, { enum?: unknown; properties: Record<string, { enum?: unknown }> }>;
    expect(defs["verdict"]?.enum).toEqual(MATCH_VERDICTS);
    expect(defs["reason"]?.properties["id"]?.enum).toEqual(REASON_IDS);
    const page = readFileSync(new URL("../docs/match.md", import.meta.url), "utf8");
    const section = page.split(/^## /m).find((one) => one.startsWith("Reasons\n")) ?? "";
    const rows = [...section.matchAll(/^\| `([a-z-]+)` +\| `?[a-z]/gm)].map(([, name]) => name);
    expect(rows).toEqual(REASON_IDS);
  });
});

describe("docs/host-profile.schema.json", () => {
  test("is what the program reads (scripts/write-schemas.mjs writes it)", () => {
    const { title, description, ...schema } = PROFILE;
    expect([typeof title, typeof description]).toEqual(["string", "string"]);
    expect(schema).toEqual(z.toJSONSchema(profileSchema));
  });
  test("the profile of the sample conforms", () => {
    const sample = readFileSync(new URL("../fixtures/sample/host.json", import.meta.url), "utf8");
    expect(check(PROFILE, JSON.parse(sample))).toEqual([]);
  });
  test.each([
    ["a root folder", "host"],
    ["an image", "app.tar"],
  ])("the profile of %s conforms", (_kind, root) => {
    const profile: unknown = JSON.parse(runCli(["host", root, "--format", "json"], { cwd }).stdout);
    expect(check(PROFILE, profile)).toEqual([]);
    expect(check(PROFILE, { ...(profile as object), user: "root" })).not.toEqual([]);
  });
});

describe.each([
  ["report.schema.json", REPORT],
  ["host-profile.schema.json", PROFILE],
  ["match.schema.json", MATRIX],
])("%s", (_name, schema) => {
  const all = [...walkSchema(schema)];
  test("is JSON Schema 2020-12", () => {
    expect(schema["$schema"]).toBe("https://json-schema.org/draft/2020-12/schema");
  });
  test("describes every field", () => {
    const fields = all.filter(({ place }) => /\/(?:properties|\$defs)\/[^/]+$/.test(place));
    const described = ({ schema }: { schema: Schema }): boolean =>
      typeof schema["description"] === "string" || "$ref" in schema;
    expect(fields.length).toBeGreaterThan(40);
    expect(fields.filter((field) => !described(field)).map(({ place }) => place)).toEqual([]);
  });
  test("allows no field that it does not know", () => {
    const objects = all.filter(({ schema }) => schema["type"] === "object");
    expect(objects.filter(({ schema }) => schema["additionalProperties"] !== false).map(({ place }) => place)).toEqual(
      [],
    );
  });
});
