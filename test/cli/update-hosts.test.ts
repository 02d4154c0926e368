/** `containerspec update --host` as people run it: two releases of a base at hand, of which the newer one was built for better CPUs. */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { IMAGES } from "../../fixtures/images/newer-base/images.js";
import { fillLock } from "../../src/fill-lock.js";
import { renderLock, type Lock } from "../../src/registry/lock.js";
import { packArchive, type ArchiveFile } from "../support/image-builder.js";
import { ociLayout } from "../support/image-forms.js";
import { layerTar } from "../support/image-layer.js";
import { createFolder, runCli } from "./run-cli.js";

const FIXTURE = resolve(import.meta.dirname, "../../fixtures/images/newer-base");
const folder = createFolder();
const [older, newer] = [join(folder, "example-9.tar"), join(folder, "example-10.tar")];
const host = join(FIXTURE, "cluster.json");
const lock = join(folder, "images.lock.json");
let digests: readonly [string, string] = ["", ""];

beforeAll(async () => {
  for (const [name, bytes] of Object.entries(IMAGES)) writeFileSync(join(folder, name), bytes);
  const known = (await fillLock(newer, (await fillLock(older)).lock)).lock;
  const tagged: Lock = { ...known, tags: { "docker.io/library/example": ["10", "9"] } };
  writeFileSync(lock, renderLock(tagged));
  const digestOf = (tag: string): string => known.images[`docker.io/library/example:${tag}`]?.digest ?? "";
  digests = [digestOf("9"), digestOf("10")];
});

const run = (...args: readonly string[]) => runCli(["update", ...args, "--no-labels"], { cwd: folder });

function place(text: string): string {
  const file = join(folder, "Dockerfile");
  writeFileSync(file, text);
  return file;
}

const ASKED = ["--lock", "images.lock.json", "--tags", "major", "--host", host];
const BOTH = [...ASKED, "--fill", "example-9.tar", "--fill", "example-10.tar"];
const REASON = "The image's C library was built for x86-64-v3, which the host's CPU (x86-64-v2) is not";

interface Report {
  readonly changes: readonly { readonly kind: string; readonly to: string }[];
  readonly warnings: readonly Readonly<Record<string, unknown>>[];
}

describe("a newer base that will not run", () => {
  test("is held back: the tag stays, its digest is pinned, and --check finds that current", () => {
    const file = place("FROM example:9\n");
    const { status, stdout } = run(file, ...BOTH, "--format", "json");
    const { changes, warnings } = JSON.parse(stdout) as Report;
    expect(status).toBe(0);
    expect(changes).toMatchObject([{ kind: "digest", to: `example:9@${digests[0]}` }]);
    const text = `example:10 will not run on ${host}, where example:9 runs: ${REASON}; it is held back`;
    expect(warnings).toEqual([
      {
        ...{ file, line: 1, from: "example:9", to: `example:10@${digests[1]}`, host },
        ...{ verdict: "will-not-run", before: "runs", held: true, text },
        reasons: [{ id: "isa-too-low", message: REASON }],
      },
    ]);
    expect(run(file, ...BOTH, "--write").status).toBe(0);
    expect(readFileSync(file, "utf8")).toBe(`FROM example:9@${digests[0]}\n`);
    expect(run(file, ...BOTH, "--check")).toMatchObject({ status: 0 });
  });

  test("is written where that is asked for, and told in each format", () => {
    const file = place(`FROM example:9@${digests[0]}\n`);
    const words = `example:10 will not run on ${host}, where example:9 runs`;
    const asked = [file, ...BOTH, "--despite-hosts"];
    const check = run(...asked, "--check");
    expect([check.status, check.stdout.replace(/\s+/g, " ").includes(words)]).toEqual([1, true]);
    for (const format of [["--diff"], ["--format", "matrix"]]) {
      const { stdout, stderr } = run(...asked, ...format);
      expect([stdout.includes(words), stderr.includes(words)], format.join(" ")).toEqual([false, true]);
    }
    expect(run(...asked, "--write").status).toBe(0);
    expect(readFileSync(file, "utf8")).toBe(`FROM example:10@${digests[1]}\n`);
  });

  test("is told also where the older one's bytes are not at hand", () => {
    const file = place("FROM example:9\n");
    const { warnings } = JSON.parse(run(file, ...ASKED, "--fill", newer, "--format", "json").stdout) as Report;
    expect(warnings).toMatchObject([{ verdict: "will-not-run", held: true }]);
    expect(warnings[0]?.["text"]).toContain("whether example:9 does is not known, since its bytes are not at hand");
  });
});

test("what is not at hand is taken, and is unknown to hosts, once", () => {
  const file = place("FROM example:9 AS a\nFROM example:9\n");
  const { stdout, stderr } = run(file, ...ASKED, "--fill", older, "--format", "json");
  const { changes, warnings } = JSON.parse(stdout) as Report;
  expect(changes.filter(({ kind }) => kind === "tag")).toHaveLength(2);
  expect(warnings).toMatchObject([{ line: 1, verdict: "unknown", held: false, reasons: [] }]);
  expect(warnings[0]?.["text"]).toBe("whether example:10 runs on the hosts is not known: its bytes are not at hand");
  expect(stderr).toBe("");
});

test("a copy of an index that lacks a host's platform says nothing of that host", () => {
  const layers = [layerTar(["file=x"])];
  const images = ["amd64", "arm64"].map((architecture) => ({ references: ["example:10"], layers, architecture }));
  const whole = ociLayout(images, { nested: true });
  const parsed = (hex: string) => JSON.parse(textOf(whole, `blobs/sha256/${hex}`)) as Index;
  const [inner] = (JSON.parse(textOf(whole, "index.json")) as Index).manifests;
  const gone = parsed(inner?.digest.slice(7) ?? "").manifests[1]?.digest.slice(7) ?? "";
  const sparse = join(folder, "sparse.tar");
  writeFileSync(sparse, packArchive(whole.filter(({ name }) => name !== `blobs/sha256/${gone}`)));
  const arm = join(folder, "arm.json");
  const { cpu: _, ...profile } = JSON.parse(readFileSync(host, "utf8")) as Record<string, unknown>;
  writeFileSync(arm, JSON.stringify({ ...profile, machine: "aarch64" }));
  const asked = [place("FROM example:9\n"), "--lock", lock, "--tags", "major", "--fill", sparse, "--host", arm];
  expect((JSON.parse(run(...asked, "--format", "json").stdout) as Report).warnings).toMatchObject([
    {
      ...{ host: arm, verdict: "unknown", held: false, reasons: [] },
      text: `whether example:10 runs on ${arm} is not known: its bytes for that platform are not at hand`,
    },
  ]);
});

interface Index {
  readonly manifests: readonly { readonly digest: string }[];
}

function textOf(files: readonly ArchiveFile[], name: string): string {
  const file = files.find((one) => one.name === name);
  return file !== undefined && "content" in file ? Buffer.from(file.content).toString() : "{}";
}

test("nothing is told where nothing gets worse: of a host that the older one refuses, of files, of builders", () => {
  const weak = join(folder, "weak.json");
  const profile = JSON.parse(readFileSync(host, "utf8")) as { cpu: object };
  const cpu = { ...profile.cpu, name: "x86_64", level: "x86-64-v1", features: ["sse", "sse2"] };
  writeFileSync(weak, JSON.stringify({ ...profile, cpu }));
  const warnings = (text: string, ...args: readonly string[]) =>
    (JSON.parse(run(place(text), ...BOTH, ...args, "--format", "json").stdout) as Report).warnings.map(
      ({ host: name, line }) => [name, line],
    );
  expect(warnings("FROM example:9\n", "--host", weak)).toEqual([[host, 1]]);
  expect(warnings("FROM scratch\nCOPY --from=example:9 / /\n")).toEqual([]);
  expect(warnings("FROM --platform=$BUILDPLATFORM example:9\nFROM --platform=linux/amd64 example:9\n")).toEqual([
    [host, 2],
  ]);
});

test("a folder that follows tags gets no Dockerfile for one that will not run", () => {
  const hierarchy = join(folder, "hierarchy");
  mkdirSync(join(hierarchy, "9"), { recursive: true });
  writeFileSync(
    join(hierarchy, "uptodate.yaml"),
    "dockerhierarchy:\n  container:\n    name: example\n    filter: ['^[0-9]+$']\n",
  );
  writeFileSync(join(hierarchy, "9/Dockerfile"), "FROM example:9\nRUN true\n");
  const asked = [hierarchy, ...BOTH, "--write", "--format", "json"];
  const { warnings } = JSON.parse(run(...asked).stdout) as Report;
  expect(warnings).toMatchObject([{ file: join(hierarchy, "10/Dockerfile"), from: "example:9", held: true }]);
  expect(readdirSync(hierarchy).sort()).toEqual(["9", "uptodate.yaml"]);
  expect(JSON.parse(run(...asked, "--despite-hosts").stdout)).toMatchObject({ warnings: [{ held: false }] });
  expect(readFileSync(join(hierarchy, "10/Dockerfile"), "utf8")).toBe(`FROM example:10@${digests[1]}\nRUN true\n`);
});

test("hosts have to be named to be gone against, and have to be there", () => {
  copyFileSync(join(FIXTURE, "Dockerfile"), join(folder, "Dockerfile"));
  expect(run("Dockerfile", "--lock", lock, "--despite-hosts")).toMatchObject({ status: 2 });
  expect(run("Dockerfile", "--lock", lock, "--host", "nowhere.json")).toMatchObject({ status: 3, stdout: "" });
});
