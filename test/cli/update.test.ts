/** `containerspec update` as people run it: against a real registry, with its answers as a lock file, and without a network. */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  buildIndex,
  buildSingle,
  hasRegistry,
  startRegistry,
  WITHOUT_REGISTRY,
  type RegistryServer,
} from "../support/registry-server.js";

const PROGRAM = resolve(import.meta.dirname, "../../dist/cli/main.js");
const LOCK = resolve(import.meta.dirname, "../../fixtures/update/images.lock.json");
const DOCKERFILE = resolve(import.meta.dirname, "../../fixtures/update/Dockerfile");
const folder = mkdtempSync(join(tmpdir(), "containerspec-update-"));
afterAll(() => rmSync(folder, { recursive: true }));

function run(
  args: readonly string[],
  { before = [], env = {} }: { readonly before?: readonly string[]; readonly env?: Record<string, string> } = {},
) {
  const words = [...before, process.execPath, PROGRAM, "update", ...args];
  const { status, stdout, stderr } = spawnSync(words[0] ?? "", words.slice(1), {
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1", GITHUB_OUTPUT: "", ...env },
  });
  return { status, stdout, stderr };
}

function place(name: string, text: string): string {
  mkdirSync(join(folder, name), { recursive: true });
  const file = join(folder, name, "Dockerfile");
  writeFileSync(file, text);
  return file;
}

describe("writing", () => {
  test("changes nothing else, keeps the mode, goes through a link, and leaves nothing to do", () => {
    const file = place("write", readFileSync(DOCKERFILE, "latin1"));
    chmodSync(file, 0o640);
    const link = join(folder, "write/Dockerfile.link");
    symlinkSync("Dockerfile", link);
    expect(run([link, "--lock", LOCK, "--check"]).status).toBe(1);
    expect(run([link, "--lock", LOCK, "--write"])).toMatchObject({ status: 0, stderr: "" });
    expect(statSync(file).mode & 0o777).toBe(0o640);
    expect(readdirSync(join(folder, "write")).sort()).toEqual(["Dockerfile", "Dockerfile.link"]);
    expect(run([link, "--lock", LOCK, "--check"]).status).toBe(0);
    const text = readFileSync(file, "utf8");
    expect(text).toContain("FROM --platform=$BUILDPLATFORM debian:${DEBIAN} AS build\n");
    expect(text).toContain(
      'LABEL maintainer="the team" \\\n      org.opencontainers.image.base.name=docker.io/library/python:3.12-slim\n',
    );
  });

  test("a patch of --diff makes the same file", () => {
    const file = place("patch", readFileSync(DOCKERFILE, "latin1"));
    const { stdout } = run([file, "--lock", LOCK, "--diff"]);
    spawnSync("patch", ["-s", file], { input: stdout });
    expect(run([file, "--lock", LOCK, "--check"]).status).toBe(0);
  });

  test("one tag that is gone, and no file is written", () => {
    const good = place("gone/a", "FROM debian:12-slim\n");
    place("gone/b", "FROM python:3.9-slim\n");
    const { status, stderr, stdout } = run([join(folder, "gone"), "--lock", LOCK, "--write"]);
    expect([status, stdout]).toEqual([3, ""]);
    expect(stderr).toMatch(/library\/python has no tag 3\.9-slim, which line 1 of .*gone\/b\/Dockerfile names/);
    expect(readFileSync(good, "utf8")).toBe("FROM debian:12-slim\n");
  });
});

describe("a workflow", () => {
  const outputs = join(folder, "outputs");

  test("is warned of images that would take each other's place", () => {
    const tree = join(folder, "shared");
    place("shared", "FROM scratch\n");
    writeFileSync(
      join(tree, "uptodate.yaml"),
      "dockerbuild: { container_basename: x, build_args: { a: { versions: [1] }, b: { type: container, name: debian, filter: [^1.-slim$] } } }\n",
    );
    const { status, stdout, stderr } = run([tree, "--lock", LOCK, "--format", "matrix"]);
    expect([status, stderr]).toEqual([
      0,
      "containerspec: x:a-1 is the name of several builds: each would take the place of another\n",
    ]);
    expect((JSON.parse(stdout) as { buildargs: object }[]).map(({ buildargs }) => buildargs)).toEqual(
      ["11-slim", "12-slim", "13-slim"].map((b) => ({ a: "1", b })),
    );
  });

  /** What a run has told the job: by their names, the outputs. */
  function readOutputs(args: readonly string[]): Readonly<Record<string, string>> {
    writeFileSync(outputs, "");
    expect(run([...args, "--format", "matrix"], { env: { GITHUB_OUTPUT: outputs } }).status).toBe(0);
    const lines = readFileSync(outputs, "utf8").trimEnd().split("\n");
    return Object.fromEntries(
      lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
    );
  }

  test("gets the files that change as a matrix, and is told of those that are empty", () => {
    const file = place("matrix", "FROM debian:12-slim\n");
    const row = { name: file, filename: file, parser: "dockerfile" };
    expect(readOutputs([file, "--lock", LOCK])).toEqual({
      dockerfile_matrix: JSON.stringify([row]),
      dockerfile_matrix_empty: "false",
      dockerhierarchy_matrix: "[]",
      dockerhierarchy_matrix_empty: "true",
      dockerbuild_matrix: "[]",
      dockerbuild_matrix_empty: "true",
    });
    expect(JSON.parse(run([file, "--lock", LOCK, "--format", "matrix"]).stdout)).toEqual([row]);
  });

  test("gets what was written just now with what is built; and the next run changes nothing and builds the same", () => {
    const source = resolve(import.meta.dirname, "../../fixtures/uptodate");
    const tree = join(folder, "tree");
    cpSync(join(source, "ubuntu"), tree, { recursive: true });
    writeFileSync(
      join(tree, "uptodate.yaml"),
      `${readFileSync(join(tree, "uptodate.yaml"), "utf8")}dockerbuild: { build_args: { x: { versions: [1] } } }\n`,
    );
    const args = [tree, "--lock", join(source, "images.lock.json")];
    expect(run([...args, "--check"]).status).toBe(1);
    const { dockerbuild_matrix: builds, ...changed } = readOutputs([...args, "--write"]);
    expect(JSON.parse(changed["dockerhierarchy_matrix"] ?? "")).toEqual(
      ["20.04", "24.04"].map((id) => {
        const name = join(tree, id, "Dockerfile");
        return { name, filename: name, parser: "dockerhierarchy", id };
      }),
    );
    expect((JSON.parse(builds ?? "") as { context: string }[]).map(({ context }) => context)).toEqual(
      ["20.04", "22.04", "24.04"].map((tag) => join(tree, tag)),
    );
    expect(run([...args, "--check"]).status).toBe(0);
    expect(readOutputs(args)).toMatchObject({
      dockerfile_matrix_empty: "true",
      dockerhierarchy_matrix_empty: "true",
      dockerbuild_matrix: builds,
      dockerbuild_matrix_empty: "false",
    });
  });
});

test("what is asked wrongly is told in a sentence", () => {
  const file = place("wrong", "FROM debian:12-slim\n");
  const broken = join(folder, "broken.json");
  writeFileSync(broken, '{"spack": 1}');
  for (const [args, status, words] of [
    [[file, "--lock", join(folder, "none.json")], 3, "Cannot read the lock file"],
    [[join(folder, "nowhere")], 3, "name a Dockerfile or a folder"],
    [[file, "--range", "x"], 2, "Expected a name and a range"],
    [[file, "--cool-down", "soon"], 2, "Expected a number of days"],
    [[file, "--check", "--write"], 2, "cannot be used with"],
    [[file, "--lock", LOCK, "--versions", broken], 2, "expected githubReleases"],
  ] as const) {
    const result = run(args);
    expect([result.status, result.stderr.includes(words), result.stderr.includes("    at ")], result.stderr).toEqual([
      status,
      true,
      false,
    ]);
  }
});

describe.skipIf(!hasRegistry)(`against docker-registry${WITHOUT_REGISTRY}`, { timeout: 120_000 }, () => {
  let registry: RegistryServer;
  let digest = "";
  beforeAll(async () => {
    registry = await startRegistry();
    const index = await buildIndex("1.2", "two platforms", [{ architecture: "amd64" }, { architecture: "arm64" }]);
    digest = index.digest;
    await registry.push(index.layout, "1.2", "team/app:1.2");
    const newer = await buildSingle("1.3", "one platform");
    await registry.push(newer.layout, "1.3", "team/app:1.3");
  });

  test("check, write, check again is clean; the index's digest is written; and so it is without a network", () => {
    const text = () => `FROM ${registry.host}/team/app:1.2\nRUN true\n`;
    const file = place("real", text());
    const lock = join(folder, "images.lock.json");
    expect(run([file, "--check"]).status).toBe(1);
    expect(run([file, "--write", "--record", lock])).toMatchObject({ status: 0, stderr: "" });
    expect(run([file, "--check"]).status).toBe(0);
    const written = readFileSync(file, "utf8");
    expect(written).toContain(`FROM ${registry.host}/team/app:1.2@${digest}\n`);

    writeFileSync(file, text());
    // A namespace of its own has no interface that is up, not even loopback.
    const isolated = { before: ["unshare", "-rn", "--"] };
    if (spawnSync("unshare", ["-rn", "true"]).status === 0) {
      expect(run([file, "--check"], isolated)).toMatchObject({ status: 3, stdout: "" });
      expect(run([file, "--write", "--lock", lock], isolated)).toMatchObject({ status: 0, stderr: "" });
    } else {
      expect(run([file, "--write", "--lock", lock])).toMatchObject({ status: 0, stderr: "" });
    }
    expect(readFileSync(file, "utf8")).toBe(written);
  });

  test("a folder for each tag: check, write, check again is clean, and without a network it is the same", () => {
    const tree = join(folder, "hierarchy");
    const lock = join(folder, "hierarchy.lock.json");
    const start = (): void => {
      rmSync(tree, { recursive: true, force: true });
      place("hierarchy/1.2", `FROM ${registry.host}/team/app:1.2\nRUN true\n`);
      writeFileSync(
        join(tree, "uptodate.yaml"),
        `dockerhierarchy: { container: { name: "${registry.host}/team/app" } }\n`,
      );
    };
    const read = (): readonly string[] =>
      ["1.2", "1.3"].map((tag) => readFileSync(join(tree, tag, "Dockerfile"), "utf8"));
    start();
    expect(run([tree, "--check"]).status).toBe(1);
    expect(run([tree, "--write", "--record", lock])).toMatchObject({ status: 0, stderr: "" });
    expect(run([tree, "--check"]).status).toBe(0);
    const written = read();
    expect(written[1]).toMatch(
      /^FROM 127\.0\.0\.1:\d+\/team\/app:1\.3@sha256:[0-9a-f]{64}\n(?:LABEL .*\n){2}RUN true\n$/,
    );
    start();
    const isolated = spawnSync("unshare", ["-rn", "true"]).status === 0 ? { before: ["unshare", "-rn", "--"] } : {};
    expect(run([tree, "--write", "--lock", lock], isolated)).toMatchObject({ status: 0, stderr: "" });
    expect(read()).toEqual(written);
  });

  test("a newer tag is taken with its digest", () => {
    const file = place("newer", `FROM ${registry.host}/team/app:1.2\n`);
    expect(run([file, "--write", "--tags", "minor", "--no-labels"]).status).toBe(0);
    expect(readFileSync(file, "utf8")).toMatch(/team\/app:1\.3@sha256:[0-9a-f]{64}\n$/);
  });
});
