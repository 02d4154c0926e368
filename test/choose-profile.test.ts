/** `--profile`: which libraries of a host a word or a list stands for, what the image asks for, and what is said where nothing is. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { analyze, readHost, readProfileList, type AnalyzeOptions, type Host } from "../src/index.js";
import { gives, installed, program, type Files } from "./support/story-files.js";
import { toImageTar, writeFiles } from "./support/story-image.js";
import { debian12, debian13, MULTIARCH } from "./support/story-systems.js";

let folder: string;
let host: Host;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "containerspec-profiles-"));
  writeFiles(join(folder, "host"), debian13(HOST));
  host = await readHost(join(folder, "host"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const library = (file: string, soname: string, ...symbols: readonly string[]): Files =>
  installed(`${MULTIARCH}/${file}`, { soname, symbols: gives(...symbols) });

const HOST = {
  ...library("libmpi.so.40.30.4", "libmpi.so.40", "MPI_Init", "PMPI_Init", "ompi_mpi_init"),
  ...library("libopen-pal.so.40.30.2", "libopen-pal.so.40", "opal_init"),
  ...library("libmpich.so.12.2.2", "libmpich.so.12", "MPI_Init", "PMPI_Init"),
  ...library("libcuda.so.550.54.15", "libcuda.so.1", "cuInit", "cuDriverGetVersion"),
  ...library("libnvidia-ml.so.550.54.15", "libnvidia-ml.so.1", "nvmlInit_v2", "nvmlSystemGetDriverVersion"),
  ...library("libfabric.so.1.18.1", "libfabric.so.1", "fi_getinfo@FABRIC_1.6", "fi_fabric@FABRIC_1.1"),
  ...library("libOpenCL.so.1.0.0", "libOpenCL.so.1", "clGetPlatformIDs", "clGetDeviceIDs", "clCreateContext"),
  ...library("libz.so.1.3", "libz.so.1", "inflate"),
};

interface Asked {
  readonly needs?: readonly string[];
  /** strings in the program */
  readonly texts?: readonly string[];
  readonly env?: readonly string[];
}

/** The names that are judged, and what was said on the way. */
async function choose(
  profiles: readonly string[],
  { needs = [], texts = [], env = [] }: Asked = {},
  more: Partial<AnalyzeOptions> = {},
) {
  const image = join(folder, "image.tar");
  writeFileSync(
    image,
    toImageTar({
      layers: [debian12({ "/usr/bin/app": program({ needed: needs, readOnly: `\0${texts.join("\0")}\0` }) })],
      env: [...env],
    }),
  );
  const warnings: string[] = [];
  const report = await analyze(image, {
    host,
    profiles: await Promise.all(profiles.map(readProfileList)),
    onWarning: (text) => warnings.push(text),
    ...more,
  });
  return { names: report.mounts.map(({ soname }) => soname), warnings };
}

test.each([
  ["mpi", ["libmpi.so.40", "libmpich.so.12", "libopen-pal.so.40"]],
  ["nvidia", ["libcuda.so.1", "libnvidia-ml.so.1"]],
  ["fabric", ["libfabric.so.1"]],
  ["opencl", ["libOpenCL.so.1"]],
])("%s", async (name, names) => {
  expect(await choose([name])).toEqual({ names, warnings: [] });
});

test("several, and libraries beside them, each once", async () => {
  const both = await choose(["nvidia", "all"], {}, { libraries: ["libz.so.1", "libcuda.so.1"] });
  expect(both.names).toEqual([
    ...["libOpenCL.so.1", "libcuda.so.1", "libfabric.so.1", "libmpi.so.40", "libmpich.so.12", "libnvidia-ml.so.1"],
    ...["libopen-pal.so.40", "libz.so.1"],
  ]);
});

test("auto: what the image needs, with what belongs to it, and what its configuration asks for", async () => {
  expect((await choose(["auto"])).names).toEqual([]);
  expect((await choose(["auto"], { needs: ["libmpi.so.40", "libz.so.1"] })).names).toEqual([
    "libmpi.so.40",
    "libopen-pal.so.40",
  ]);
  expect((await choose(["auto"], { needs: ["libmpich.so.12"] })).names).toEqual(["libmpich.so.12"]);
  const asking = { env: ["NVIDIA_VISIBLE_DEVICES=all"] };
  expect((await choose(["auto"], asking)).names).toEqual(["libcuda.so.1", "libnvidia-ml.so.1"]);
  expect((await choose(["auto"], { env: ["NVIDIA_VISIBLE_DEVICES=void"] })).names).toEqual([]);
});

test("auto: a name that a program opens by itself stands in it as text", async () => {
  const { names } = await choose(["auto"], { texts: ["libcuda.so.1", "no libmpi.so.40 is found", "libfabric.so.1.x"] });
  expect(names).toEqual(["libcuda.so.1", "libnvidia-ml.so.1"]);
});

test("a site's list, and what of it the host does not have", async () => {
  const list = join(folder, "nvliblist.conf");
  writeFileSync(list, "nvidia-smi\nlibcuda.so\nlibnvidia-ml.so\nlibnvidia-gone.so\n");
  const { names, warnings } = await choose([list]);
  expect(names).toEqual(["libcuda.so.1", "libnvidia-ml.so.1"]);
  expect(warnings).toEqual([expect.stringContaining("does not find: libnvidia-gone.so")]);
});

test("a list of paths: links lead to the file, and programs and devices are no candidates", async () => {
  const spec = join(folder, "cdi.json");
  const mounts = [
    `${MULTIARCH}/libcuda.so.550.54.15`,
    `${MULTIARCH}/libmpi.so.40`,
    "/usr/bin/nvidia-smi",
    "/opt/gone/libx.so.1",
  ];
  writeFileSync(
    spec,
    JSON.stringify({
      cdiVersion: "0.5.0",
      kind: "a/b",
      containerEdits: { mounts: mounts.map((hostPath) => ({ hostPath, containerPath: hostPath })) },
    }),
  );
  const { names, warnings } = await choose([spec]);
  expect(names).toEqual(["libcuda.so.1", "libmpi.so.40"]);
  expect(warnings).toEqual([expect.stringContaining("/opt/gone/libx.so.1")]);
});

test("a name that leads to nothing is an error, and so is a file that is no list", async () => {
  await expect(choose(["rocm"])).rejects.toMatchObject({
    code: "usage",
    message: expect.stringContaining("--profile rocm") as string,
  });
  await expect(readProfileList("mpii")).rejects.toMatchObject({
    code: "usage",
    message: expect.stringContaining("expected one of mpi, nvidia") as string,
  });
  const text = join(folder, "notes.txt");
  writeFileSync(text, "some notes of mine\n");
  await expect(readProfileList(text)).rejects.toMatchObject({ code: "usage" });
  await expect(readProfileList(folder)).rejects.toMatchObject({ code: "usage" });
});
