/** Policies as a pipeline meets them: where they are found, what goes first, and what is said. */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { beforeAll, describe, expect, test } from "vitest";
import { listRules } from "../../src/explain.js";
import { parsePolicy } from "../../src/policy/parse-policy.js";
import { toEditorSchema } from "../../src/policy/policy-schema.js";
import { parseYaml } from "../../src/yaml.js";
import { expectError } from "./expect-error.js";
import { packImage, writeRoot } from "./root-files.js";
import { createFolder, runCli, type Run } from "./run-cli.js";
import { BY_VERDICT, HOST, IMAGE } from "./verdict-roots.js";

const cwd = createFolder();
const DAY = { SOURCE_DATE_EPOCH: "1796083200" };
const RULES = listRules().map(({ id }) => id);

function write(file: string, text: string): void {
  mkdirSync(join(cwd, file, ".."), { recursive: true });
  writeFileSync(join(cwd, file), text);
}

function analyze(folder: string, ...args: readonly string[]): Run {
  return runCli(["analyze", join(cwd, "app.tar"), ...args], { cwd: join(cwd, folder), env: DAY });
}

beforeAll(() => {
  writeRoot(join(cwd, "host"), HOST);
  writeFileSync(join(cwd, "app.tar"), packImage(IMAGE));
  write("repo/.git/HEAD", "");
  write("repo/containerspec.yaml", `hosts: [../host]\nlibraries: [${BY_VERDICT.unsafe}]\n`);
  write("repo/a/b/none", "");
  write("other/.git/HEAD", "");
});

describe("a policy that nobody named", () => {
  const gates = (folder: string, ...args: readonly string[]): Run => analyze(folder, "--format", "csv", ...args);

  test.each(["repo", "repo/a", "repo/a/b"])("is found from %s, said, and counts", (folder) => {
    const { status, stderr, stdout } = gates(folder);
    expect(stderr).toMatch(
      /^containerspec: the policy (\.\.\/)*containerspec\.yaml counts \(--no-policy leaves it out\)\n/,
    );
    expect(stderr).toContain(`at --fail-on risky: ${BY_VERDICT.unsafe}\n`);
    expect(stdout).toContain(`${"../".repeat(folder.split("/").length)}host,${BY_VERDICT.unsafe},unsafe`);
    expect(status).toBe(1);
  });
  test("is left out where nobody wants one", () => {
    expect(gates("repo", "--no-policy", "--host", join(cwd, "host"), "--library", BY_VERDICT.safe)).toMatchObject({
      status: 0,
      stderr: "",
    });
  });
  test("is not looked for beyond a repository's root", () => {
    write("containerspec.yaml", "fail-on: never\n");
    expect(gates("other", "--host", join(cwd, "host"), "--library", BY_VERDICT.unsafe).status).toBe(1);
    expect(gates("repo/../host", "--host", join(cwd, "host"), "--library", BY_VERDICT.unsafe).status).toBe(0);
  });
  test("is not taken from a folder where strangers may put one", () => {
    write("open/containerspec.yaml", "fail-on: never\n");
    write("open/mine/none", "");
    write("containerspec.yaml", "fail-on: unsafe\n");
    chmodSync(join(cwd, "open"), 0o1777);
    expect(gates("open/mine", "--host", join(cwd, "host"), "--library", BY_VERDICT.unsafe).status).toBe(1);
  });
});

describe("the command line goes first", () => {
  test("for hosts, libraries and the line", () => {
    const host = ["--host", join(cwd, "host")];
    expect(analyze("repo", ...host, "--library", BY_VERDICT.safe).status).toBe(0);
    write("repo/mild.yaml", `fail-on: safe-with\nlibraries: [${BY_VERDICT.risky}]\n`);
    expect(analyze("repo", ...host, "--policy", "mild.yaml").status).toBe(0);
    expect(analyze("repo", ...host, "--policy", "mild.yaml", "--fail-on", "risky").status).toBe(1);
  });
  test("what is required is judged beside it", () => {
    write("repo/required.yaml", `required: [{ library: ${BY_VERDICT.unsafe} }]\n`);
    const { status, stderr } = analyze(
      "repo",
      "--host",
      join(cwd, "host"),
      "--policy",
      "required.yaml",
      "--library",
      BY_VERDICT.safe,
    );
    expect(stderr).toContain(`${BY_VERDICT.unsafe} must be mountable, and it is unsafe`);
    expect(status).toBe(1);
  });
});

test("several hosts of a policy, of which one lacks a required library", () => {
  const { [Object.keys(HOST).find((path) => path.endsWith(BY_VERDICT.safe)) ?? ""]: _, ...less } = HOST;
  writeRoot(join(cwd, "less"), less);
  write("repo/two.yaml", `hosts: [../host, ../less]\nrequired: [{ library: ${BY_VERDICT.safe} }]\n`);
  const { status, stderr } = analyze("repo", "--policy", "two.yaml");
  expect(stderr).toMatch(
    /on \.\.\/less: libsafe\.so\.1 must be mountable, and the host has no library of this name for it\n$/,
  );
  expect(stderr).not.toContain("on ../host: libsafe");
  expect(status).toBe(1);
});

describe("floors", () => {
  const run = (floors: string): Run => {
    write("repo/floors.yaml", `floors: ${floors}\n`);
    return analyze("repo", "--host", join(cwd, "host"), "--policy", "floors.yaml", "--format", "json");
  };
  test("are looked for and told in the report", () => {
    const { stdout, status } = run("{ glibc: 2.36, kernel: 4.18, isa: x86-64-v2 }");
    expect(JSON.parse(stdout)).toMatchObject({ image: { floors: { glibc: "2.2" } } });
    expect(status).toBe(0);
  });
  test("fail", () => {
    const { stderr, status } = run("{ glibc: 2.37 }");
    expect(stderr).toContain("the image must bring glibc 2.37 or later, and it has 2.36");
    expect(status).toBe(1);
  });
  test("cannot be found in a stream", () => {
    write("repo/floors.yaml", "floors: { kernel: 4.18 }\n");
    const args = ["analyze", "-", "--host", join(cwd, "host"), "--policy", "floors.yaml"];
    const input = packImage(IMAGE);
    expectError(runCli(args, { cwd: join(cwd, "repo"), input }), 2, ["floors", "standard input", "save it"]);
  });
});

describe("errors", () => {
  test.each([
    ["a policy that is not there", ["--policy", "no.yaml"], 3, ["no.yaml", "no such file", "--no-policy"]],
    ["a policy with a slip", ["--policy", "slip.yaml"], 3, ["slip.yaml", "line 1", "fail-on"]],
    ["a baseline that is not there", ["--baseline", "no.json"], 3, ["no.json", "no such file"]],
    ["a baseline that is no report", ["--baseline", "slip.yaml"], 3, ["slip.yaml", "it is no JSON"]],
    ["a baseline of something else", ["--baseline", "other.json"], 3, ["other.json", "schemaVersion"]],
  ] as const)("%s", (_, args, exit, parts) => {
    write("repo/slip.yaml", "failon: risky\n");
    write("repo/other.json", "{}");
    expectError(analyze("repo", "--no-policy", "--host", join(cwd, "host"), ...args), exit, parts);
  });
  test("a day that is none", () => {
    const args = ["analyze", "app.tar", "--host", "host", "--no-policy"];
    expectError(runCli(args, { cwd, env: { SOURCE_DATE_EPOCH: "soon" } }), 2, [
      "SOURCE_DATE_EPOCH",
      "seconds since 1970",
    ]);
  });
  test("policy check", () => {
    expectError(runCli(["policy", "check"], { cwd: join(cwd, "other") }), 2, [
      "Cannot find a policy",
      "containerspec.yaml",
    ]);
    expectError(runCli(["policy", "mend"], { cwd }), 2, ["mend", "check"]);
    write("repo/hosts.yaml", "hosts: [gone.json]\n");
    expectError(runCli(["policy", "check", "hosts.yaml"], { cwd: join(cwd, "repo") }), 3, ["gone.json"]);
    expect(runCli(["policy", "check"], { cwd: join(cwd, "repo/a") })).toMatchObject({ status: 0, stderr: "" });
  });
});

describe("docs/policy.md and its schema", () => {
  const page = readFileSync(new URL("../../docs/policy.md", import.meta.url), "utf8");
  const published = JSON.parse(
    readFileSync(new URL("../../docs/policy.schema.json", import.meta.url), "utf8"),
  ) as object;
  const example = /```yaml\n([^]*?)```/.exec(page)?.[1] ?? "";

  test("the schema is that of the program (scripts/write-schemas.mjs writes it)", () => {
    expect(published).toMatchObject(toEditorSchema());
  });
  test("the example is a policy with every key", () => {
    const { source: _, ...policy } = parsePolicy(example, "example", RULES);
    expect(policy.accept).toHaveLength(1);
    const document = parseYaml(example, { scalars: "core" });
    const value = document.kind === "document" ? (document.value as object) : {};
    const schema = toEditorSchema() as { properties: object };
    expect(["$schema", ...Object.keys(value)].sort()).toEqual(Object.keys(schema.properties).sort());
    const validate = new Ajv2020({ strict: true, strictTypes: false }).compile(published);
    expect(validate(value)).toBe(true);
    expect(validate({ ...value, fail_on: "risky" })).toBe(false);
    expect(validate({ ...value, severities: { "link-loop": "off" } })).toBe(false);
  });
  test("has a row for every key", () => {
    const rows = [...page.matchAll(/^\| `([a-z-]+)` /gm)].map(([, key]) => key);
    const { properties } = toEditorSchema() as { properties: object };
    expect(["$schema", ...rows].sort()).toEqual(Object.keys(properties).sort());
  });
});
