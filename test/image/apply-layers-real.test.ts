/** The expected trees of the layer cases, asked of those who know: the kernel's overlayfs, and umoci. */
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeLayout } from "../support/image-builder.js";
import { hasTool, listFolder, run } from "../support/image-disk.js";
import { ociLayout } from "../support/image-forms.js";
import { LAYER_CASES, type LayerCase } from "../support/image-layer-cases.js";
import { layerTar } from "../support/image-layer.js";

const isRoot = process.getuid?.() === 0;
const canOverlay =
  isRoot &&
  hasTool("bsdtar") &&
  hasTool("python3") &&
  hasTool("unshare", "-m", "grep", "-qw", "overlay", "/proc/filesystems");
const canUnpack = isRoot && hasTool("umoci");

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "layers-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.skipIf(!canOverlay)("Linux' overlayfs (needs root, bsdtar, python3 and overlay)", () => {
  const cases = LAYER_CASES.filter(({ noKernel }) => noKernel === undefined);
  let trees: string[][];

  beforeAll(async () => {
    await mkdir(join(folder, "kernel"));
    const images = await Promise.all(cases.map((one, index) => writeTars(one, index)));
    const script = new URL("kernel-overlay.py", import.meta.url).pathname;
    trees = JSON.parse(
      execFileSync("unshare", ["-m", "python3", script, join(folder, "kernel")], {
        input: JSON.stringify(images),
        encoding: "utf8",
      }),
    ) as string[][];
  });

  it.each(cases.map(({ name, overlay }, index) => ({ name, overlay, index })))("$name", ({ overlay, index }) => {
    expect(trees[index]?.sort()).toEqual([...overlay].sort());
  });

  function writeTars({ layers }: LayerCase, index: number): Promise<string[]> {
    return Promise.all(
      layers.map(async (lines, layer) => {
        const path = join(folder, `kernel-${index}-${layer}.tar`);
        await writeFile(path, layerTar(lines));
        return path;
      }),
    );
  }
});

describe.skipIf(!canUnpack)("umoci unpack (needs root and umoci)", () => {
  const cases = LAYER_CASES.filter(({ noUmoci }) => noUmoci === undefined);

  it.each(cases)("$name", async ({ name, layers, overlay, extract }) => {
    const home = join(folder, `umoci-${LAYER_CASES.findIndex((one) => one.name === name)}`);
    await writeLayout(join(home, "layout"), ociLayout([{ references: ["v1"], layers: layers.map(layerTar) }]));
    run("umoci", ["raw", "unpack", "--image", `${join(home, "layout")}:v1`, join(home, "root")]);
    expect(listFolder(join(home, "root"))).toEqual([...(extract ?? overlay)].sort());
  });
});
