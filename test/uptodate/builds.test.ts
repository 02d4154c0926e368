/** The builds that folders with an uptodate.yaml ask for, and the rows of a workflow's matrix that they are. */
import { join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { listBuilds, type Build, type BuildsOptions } from "../../src/list-builds.js";
import { renderMatrix, toMatrixRows } from "../../src/reporters/update-matrix.js";
import { update } from "../../src/update.js";
import type { VersionSource } from "../../src/versions-file.js";
import { createListedSource, digestOf, writeFolder } from "./folders.js";

const SOURCE = createListedSource({
  "docker.io/library/ubuntu": ["latest", "20.04", "22.04", "22.10", "24.04", "9.04"],
});
const VERSIONS: VersionSource = {
  findVersions: ({ kind, name }) =>
    Promise.resolve(
      kind === "spack" && name === "abyss" ? ["2.3.1", "2.10.0", "2.2.0", "9; rm -rf /", "9 $(x)", "9*"] : undefined,
    ),
};

async function list(folder: string, options: Partial<BuildsOptions> = {}): Promise<readonly Build[]> {
  return listBuilds({ paths: [folder], source: SOURCE, versions: VERSIONS, ...options });
}

/** Each build in a line: its file, its name, its values. */
async function tell(folder: string, options: Partial<BuildsOptions> = {}): Promise<readonly string[]> {
  return (await list(folder, options)).map(({ dockerfile, containerName, args }) =>
    [relative(folder, dockerfile), containerName, ...[...args].map(([arg, value]) => `${arg}=${value}`)].join(" "),
  );
}

const ARGS = `dockerbuild:
  build_args:
    llvm_version: { key: llvm, versions: [5.0.1, 4.0.0] }
    abyss_version: { key: abyss, name: abyss, type: spack, startat: 2.3.1 }
    ubuntu_version: { key: ubuntu, name: ubuntu, type: container, startat: 22.04, filter: ["^[0-9]+[.]04$"] }
`;
const ONE = { "x/Dockerfile": "FROM scratch\n" };

describe("combinations", () => {
  test("are all of all values: listed ones in their order, versions from the oldest to the newest", async () => {
    const folder = writeFolder({ ...ONE, "x/uptodate.yaml": ARGS });
    expect(await tell(folder)).toEqual([
      "x/Dockerfile x-ubuntu-22.04:llvm-5.0.1-abyss-2.3.1 llvm_version=5.0.1 abyss_version=2.3.1 ubuntu_version=22.04",
      "x/Dockerfile x-ubuntu-24.04:llvm-5.0.1-abyss-2.3.1 llvm_version=5.0.1 abyss_version=2.3.1 ubuntu_version=24.04",
      "x/Dockerfile x-ubuntu-22.04:llvm-5.0.1-abyss-2.10.0 llvm_version=5.0.1 abyss_version=2.10.0 ubuntu_version=22.04",
      "x/Dockerfile x-ubuntu-24.04:llvm-5.0.1-abyss-2.10.0 llvm_version=5.0.1 abyss_version=2.10.0 ubuntu_version=24.04",
      "x/Dockerfile x-ubuntu-22.04:llvm-4.0.0-abyss-2.3.1 llvm_version=4.0.0 abyss_version=2.3.1 ubuntu_version=22.04",
      "x/Dockerfile x-ubuntu-24.04:llvm-4.0.0-abyss-2.3.1 llvm_version=4.0.0 abyss_version=2.3.1 ubuntu_version=24.04",
      "x/Dockerfile x-ubuntu-22.04:llvm-4.0.0-abyss-2.10.0 llvm_version=4.0.0 abyss_version=2.10.0 ubuntu_version=22.04",
      "x/Dockerfile x-ubuntu-24.04:llvm-4.0.0-abyss-2.10.0 llvm_version=4.0.0 abyss_version=2.10.0 ubuntu_version=24.04",
    ]);
  });

  test("are those of the matrix where there is one, without what it leaves out; nobody is asked", async () => {
    const matrix = "  matrix: { llvm_version: [1, 2], ubuntu_version: [20.04, 26.04] }\n";
    const folder = writeFolder({ ...ONE, "x/uptodate.yaml": `${ARGS}${matrix}` });
    const source = { ...SOURCE, listTags: () => Promise.reject(new Error("asked")) };
    expect(await tell(folder, { source })).toEqual([
      "x/Dockerfile x-ubuntu-20.04:llvm-1 llvm_version=1 ubuntu_version=20.04",
      "x/Dockerfile x-ubuntu-26.04:llvm-2 llvm_version=2 ubuntu_version=26.04",
    ]);
  });

  test("are not those that have all that is excluded, read side by side", async () => {
    const exclude = "  exclude: { llvm_version: [5.0.1, 4.0.0], ubuntu_version: [24.04, 22.04] }\n";
    const folder = writeFolder({ ...ONE, "x/uptodate.yaml": `${ARGS}${exclude}` });
    const names = (await list(folder)).map(({ containerName }) => containerName);
    expect(names).toEqual([
      "x-ubuntu-22.04:llvm-5.0.1-abyss-2.3.1",
      "x-ubuntu-22.04:llvm-5.0.1-abyss-2.10.0",
      "x-ubuntu-24.04:llvm-4.0.0-abyss-2.3.1",
      "x-ubuntu-24.04:llvm-4.0.0-abyss-2.10.0",
    ]);
  });

  test("of an image with a tag have its digest, and the name has the tag alone", async () => {
    const text = "dockerbuild: { build_args: { base: { type: container, name: 'ubuntu:22.04' } } }\n";
    const folder = writeFolder({ ...ONE, "x/uptodate.yaml": text });
    const digest = digestOf("docker.io/library/ubuntu:22.04");
    expect(await tell(folder)).toEqual([`x/Dockerfile x-ubuntu-22.04 base=ubuntu:22.04@${digest}`]);
    expect(await tell(folder, { digests: false })).toEqual(["x/Dockerfile x-ubuntu-22.04 base=ubuntu:22.04"]);
  });

  test("are none where it is switched off, or where no version is taken", async () => {
    const off = ARGS.replace("dockerbuild:\n", "dockerbuild:\n  active: false\n");
    expect(await list(writeFolder({ ...ONE, "x/uptodate.yaml": off }))).toEqual([]);
    const none = ARGS.replace("startat: 22.04", "startat: 30.04");
    expect(await list(writeFolder({ ...ONE, "x/uptodate.yaml": none }))).toEqual([]);
  });
});

describe("names", () => {
  test.each([
    ["of a basename, without the image", "  container_basename: org/hip-cuda\n", "org/hip-cuda:a-1"],
    ["as names may be", "  container_basename: Org/_X\n", "org/_x:a-1"],
    ["of a registry with a port", "  container_basename: localhost:5000/app\n", "localhost:5000/app:a-1"],
    ["of another one", "  container_basename: Quay.example:443/org/app+\n", "quay.example:443/org/app:a-1"],
    ["and no tag of its own", "  container_basename: org/app:5\n", "org/app-5:a-1"],
  ])("%s", async (_, basename, name) => {
    const text = `dockerbuild:\n${basename}  build_args:\n    a: { versions: [1] }\n    b: { type: container, name: ubuntu, filter: ["^22.04"] }\n`;
    const folder = writeFolder({ ...ONE, "x/uptodate.yaml": text });
    expect((await list(folder)).map(({ containerName }) => containerName)).toEqual([name]);
  });

  test("of values that no tag can have", async () => {
    const text = 'dockerbuild: { build_args: { spec: { versions: ["+mpi~cuda"] } } }\n';
    const folder = writeFolder({ ...ONE, "x/uptodate.yaml": text });
    expect(await tell(folder)).toEqual(["x/Dockerfile x:spec--mpi-cuda spec=+mpi~cuda"]);
  });
});

describe("Dockerfiles", () => {
  const text = "dockerbuild: { build_args: { a: { versions: [1] } } }\n";

  test("in and below the folder are built, each by the nearest that asks", async () => {
    const folder = writeFolder({
      "uptodate.yaml": text,
      Dockerfile: "FROM scratch\n",
      "b/c/Dockerfile.gpu": "FROM scratch\n",
      "b/uptodate.yaml": "dockerhierarchy: { container: { name: ubuntu } }\n",
      "d/uptodate.yaml": text,
      "d/e/Containerfile": "FROM scratch\n",
    });
    const found = await list(folder);
    expect(found.map(({ source, dockerfile }) => [relative(folder, source), relative(folder, dockerfile)])).toEqual([
      ["d/uptodate.yaml", "d/e/Containerfile"],
      ["uptodate.yaml", "Dockerfile"],
      ["uptodate.yaml", "b/c/Dockerfile.gpu"],
    ]);
  });

  test("that will be there are built, too", async () => {
    const folder = writeFolder({ ...ONE, "x/uptodate.yaml": text });
    expect(await tell(folder, { added: [join(folder, "x/y/Dockerfile")] })).toEqual([
      "x/Dockerfile x:a-1 a=1",
      "x/y/Dockerfile x:a-1 a=1",
    ]);
  });
});

describe("what cannot be listed is an error", () => {
  test.each<readonly [string, string, Partial<BuildsOptions>, string, string]>([
    [
      "versions that nobody tells",
      "dockerbuild: { build_args: { v: { type: spack, name: zlib } } }",
      {},
      "usage",
      "v is the version of Spack's zlib, which nobody tells; --versions names a file, or live",
    ],
    [
      "a tag that is gone",
      "dockerbuild: { build_args: { v: { type: container, name: 'ubuntu:8.04' } } }",
      {},
      "reference-not-found",
      "there is no docker.io/library/ubuntu:8.04, which v names",
    ],
    [
      "more than anybody builds",
      `dockerbuild: { build_args: { ${["a", "b", "c", "d", "e"].map((arg) => `${arg}: { versions: [1, 2, 3, 4, 5, 6, 7] }`).join(", ")} } }`,
      {},
      "limit-exceeded",
      "they are 16807, where at most 10000 are listed; filter, startat and endat leave values out",
    ],
  ])("%s", async (_, text, options, code, why) => {
    const folder = writeFolder({ ...ONE, "x/uptodate.yaml": text });
    await expect(list(folder, options)).rejects.toMatchObject({
      code,
      message: `Cannot list the builds that ${folder}/x/uptodate.yaml asks for: ${why}`,
    });
  });

  test("a folder without a Dockerfile", async () => {
    const folder = writeFolder({ Dockerfile: "FROM scratch\n", "x/uptodate.yaml": ARGS });
    await expect(list(folder)).rejects.toMatchObject({
      code: "file-not-found",
      message: `Cannot list the builds that ${folder}/x/uptodate.yaml asks for: its folder has no Dockerfile; write one`,
    });
  });
});

test("rows have the shape that workflows were written for: changed files, new ones with their tag, builds", async () => {
  const folder = writeFolder({
    "u/uptodate.yaml": 'dockerhierarchy: { container: { name: ubuntu, filter: ["^2[24].04$"] } }\n',
    "u/22.04/Dockerfile": "FROM ubuntu:22.04\n",
    "x/uptodate.yaml": ARGS.replace("[5.0.1, 4.0.0]", "[5.0.1]")
      .replace("2.3.1 }", "2.10.0 }")
      .replace("22.04", "24.04"),
    "x/Dockerfile.it's": "FROM scratch\n",
  });
  const rows = toMatrixRows(await update({ paths: [folder], source: SOURCE }), await list(folder));
  const [changed, made] = [`${folder}/u/22.04/Dockerfile`, `${folder}/u/24.04/Dockerfile`];
  expect(JSON.parse(renderMatrix(rows))).toEqual([
    { name: changed, filename: changed, parser: "dockerfile" },
    { name: made, filename: made, parser: "dockerhierarchy", id: "24.04" },
    {
      name: `${folder}/x/uptodate.yaml`,
      container_name: "x-ubuntu-24.04:llvm-5.0.1-abyss-2.10.0",
      context: `${folder}/x`,
      filename: `${folder}/x/Dockerfile.it's`,
      parser: "dockerbuild",
      buildargs: { llvm_version: "5.0.1", abyss_version: "2.10.0", ubuntu_version: "24.04" },
      command_prefix: `docker build -f 'Dockerfile.it'\\''s' --build-arg llvm_version=5.0.1 --build-arg abyss_version=2.10.0 --build-arg ubuntu_version=24.04`,
      description: `${folder}/x llvm_version:5.0.1 abyss_version:2.10.0 ubuntu_version:24.04`,
    },
  ]);
  expect(JSON.parse(renderMatrix(rows, "dockerhierarchy"))).toHaveLength(1);
  expect(renderMatrix([], "dockerbuild")).toBe("[]");
});
