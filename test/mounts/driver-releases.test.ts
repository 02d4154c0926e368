/** A driver's libraries beside the kernel module that the host runs, which a profile of a live machine tells. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { analyze, describeHost, readHost } from "../../src/index.js";
import { calls, gives, installed, program, type Files } from "../support/story-files.js";
import { debian12, debian13, MULTIARCH } from "../support/story-systems.js";
import { writeScene } from "../support/story.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "containerspec-driver-releases-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const solver = program({ needed: ["libcuda.so.1"], symbols: calls("libcuda.so.1", "cuInit") });
const libcuda = (release: string, place = MULTIARCH): Files =>
  installed(`${place}/libcuda.so.${release}`, { soname: "libcuda.so.1", symbols: gives("cuInit") });

/** What is said of libcuda.so.1 where a profile's machine runs this kernel module. */
async function judge(host: Files, nvidia: string | undefined, folders: readonly string[] = []) {
  const world = mkdtempSync(join(folder, "world-"));
  writeScene(
    { image: { layers: [debian12({ "/usr/bin/solver": solver })] }, host: debian13(host), expected: { findings: [] } },
    world,
  );
  const profile = await describeHost(join(world, "host"), { folders });
  const kernelModules =
    nvidia === undefined ? {} : { kernelModules: [{ name: "nvidia", family: "nvidia", version: nvidia }] };
  writeFileSync(join(world, "host.json"), JSON.stringify({ ...profile, ...kernelModules }));
  const { mounts } = await analyze(join(world, "image.tar"), {
    host: await readHost(join(world, "host.json"), { folders }),
    libraries: ["libcuda.so.1"],
  });
  return mounts.map(({ verdict, loader, findings }) => ({
    verdict,
    loader,
    said: findings.filter(({ rule }) => rule === "driver-release-differs").map(({ message }) => message),
  }));
}

test("a library of another release than the module's is refused by it", async () => {
  expect(await judge(libcuda("535.183.01"), "550.90.07")).toEqual([
    {
      verdict: "unsafe",
      loader: "ok",
      said: [
        "libcuda.so.1 of NVIDIA's driver is of release 535.183.01, and the host's kernel module nvidia of 550.90.07: it answers libraries of its own release alone",
      ],
    },
  ]);
});

test.each([
  ["the same release", "550.90.07"],
  ["a module that is not known", undefined],
])("%s is no reason", async (_, nvidia) => {
  expect(await judge(libcuda("550.90.07"), nvidia)).toEqual([{ verdict: "loads", loader: "ok", said: [] }]);
});

test("forward compatibility is for older modules", async () => {
  const compat = "/usr/local/cuda/compat";
  expect(await judge(libcuda("590.44.01", compat), "550.90.07", [compat])).toMatchObject([{ said: [] }]);
});
