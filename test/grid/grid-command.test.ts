/** The command: files that are written and checked, images that are judged where they are there, and each format. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { beforeAll, describe, expect, test } from "vitest";
import type { GridReport } from "../../src/index.js";
import { packImage, writeRoot } from "../cli/root-files.js";
import { createFolder, runCli, type Run } from "../cli/run-cli.js";
import { BY_VERDICT, HOST, IMAGE } from "../cli/verdict-roots.js";

const GRID = `name: app
bases:
  built: { from: "debian:12", manager: apt, packages: [make] }
  later: { from: "debian:13", manager: apt }
images: "{base}.tar"
hosts: [../host]
mounts:
  safe: { libraries: [${BY_VERDICT.safe}] }
  unsafe: { libraries: [${BY_VERDICT.unsafe}] }
  nothing: { libraries: [libnowhere.so.1] }
`;

const cwd = createFolder();
const run = (...words: readonly string[]): Run => runCli(["grid", "sub/grid.yaml", ...words], { cwd });

beforeAll(() => {
  mkdirSync(join(cwd, "sub"));
  writeRoot(join(cwd, "host"), HOST);
  writeFileSync(join(cwd, "sub/built.tar"), packImage(IMAGE));
  writeFileSync(join(cwd, "sub/grid.yaml"), GRID);
});

describe("its files", () => {
  test("are written where they are not current, and checked without being written", () => {
    const before = run("--write", "out", "--check");
    expect([before.status, before.stdout]).toEqual([1, ""]);
    expect(before.stderr).toContain("out/built/Dockerfile is not current");
    const written = run("--write", "out");
    expect([written.status, written.stdout]).toEqual([0, ""]);
    expect(written.stderr.split("\n").filter((line) => line.includes("wrote"))).toHaveLength(4);
    expect(run("--write", "out", "--check")).toEqual({ status: 0, stdout: "", stderr: "" });
    writeFileSync(join(cwd, "out/later/Dockerfile"), "FROM other\n");
    expect(run("--write", "out", "--check").stderr).toBe("containerspec: out/later/Dockerfile is not current\n");
    expect(run("--write", "out").stderr).toBe("containerspec: wrote out/later/Dockerfile\n");
  });

  test("cannot be written over a file", () => {
    const { status, stdout, stderr } = run("--write", "sub/grid.yaml");
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^containerspec: Cannot (?:read|write) sub\/grid\.yaml\/built\/Dockerfile: /);
  });
});

describe("its verdicts", () => {
  test("conform to the published schema, and name what is not built", () => {
    const schema = JSON.parse(readFileSync(new URL("../../docs/grid.schema.json", import.meta.url), "utf8")) as object;
    const report = JSON.parse(run("--format", "json").stdout) as GridReport;
    const check = new Ajv2020({ allErrors: true }).compile(schema);
    check(report);
    expect(check.errors).toBeNull();
    expect(report.images.map(({ name, source }) => [name, source])).toEqual([
      ["built-amd64", "sub/built.tar"],
      ["later-amd64", undefined],
    ]);
    expect(report.cells.flatMap(({ mounts }) => mounts.map(({ mount, verdict }) => [mount, verdict]))).toEqual([
      ["safe", "safe"],
      ["unsafe", "unsafe"],
      ["nothing", "absent"],
    ]);
    expect(report.cells[0]?.mounts[1]?.refused).not.toEqual([]);
    expect(report.cells[0]?.mounts[0]?.refused).toEqual([]);
  });

  test("fail --check where a mount is unsafe, and nothing else does", () => {
    expect(run().status).toBe(0);
    expect(run("--check").status).toBe(1);
  });

  test("come to several places at once, the page among them", () => {
    const { status, stdout } = run("--format", "html=grid.html", "--format", "matrix");
    expect([status, (JSON.parse(stdout) as { include: unknown[] }).include.length]).toEqual([0, 2]);
    const page = readFileSync(join(cwd, "grid.html"), "utf8");
    expect(page).toContain('<a class="verdict unsafe" href="#why-2-0">unsafe</a>');
    expect(page).toContain('<details class="library" id="why-2-0">');
    expect(page).not.toContain("<script");
  });

  test("take the hosts of --host instead of the grid's", () => {
    const { stdout } = run("--host", "host", "--host", "sub/built.tar", "--format", "json");
    expect((JSON.parse(stdout) as GridReport).hosts.map(({ source }) => source)).toEqual(["host", "sub/built.tar"]);
  });
});

test.each([
  [["--format", "pdf"], "Expected one of text, json, html, matrix"],
  [["--format", "text", "--format", "json"], "Only one format can go to one place"],
])("%j is refused", (words, expected) => {
  const { status, stdout, stderr } = run(...words);
  expect([status, stdout]).toEqual([2, ""]);
  expect(stderr).toContain(expected);
});

test("a job of GitHub Actions gets the matrix as its output", () => {
  const outputs = join(cwd, "outputs");
  runCli(["grid", "sub/grid.yaml", "--format", "matrix"], { cwd, env: { GITHUB_OUTPUT: outputs } });
  expect(readFileSync(outputs, "utf8")).toMatch(/^grid_matrix=\{"include":\[.*\]\}\n$/);
});
