/** The expected trees of the layer cases, asked of those who know: the kernel's overlayfs, containerd, and umoci. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { applyLayers, type LayerMode } from "../../src/image/apply-layers.js";
import { toSnapshot } from "../../src/image/snapshot.js";
import { startContainerd, type Containerd } from "../support/containerd.js";
import { writeLayout } from "../support/image-builder.js";
import { hasTool, listFolder, run } from "../support/image-disk.js";
import { ociLayout } from "../support/image-forms.js";
import { LAYER_CASES, type LayerCase } from "../support/image-layer-cases.js";
import { layerTar, listTree, scanTar } from "../support/image-layer.js";
import { layerStacks } from "../support/image-layer-stacks.js";

const isRoot = process.getuid?.() === 0;
const canOverlay =
  isRoot &&
  hasTool("bsdtar") &&
  hasTool("python3") &&
  hasTool("unshare", "-m", "grep", "-qw", "overlay", "/proc/filesystems");
const canUnpack = isRoot && hasTool("umoci");

const canStart = isRoot && hasTool("containerd") && hasTool("ctr");

/** How many random stacks are asked about, and which: whoever changes how layers are put together asks about more. */
const STACKS = Number(process.env["LAYER_STACKS"] ?? 120);
const SEED = Number(process.env["LAYER_SEED"] ?? 1);

async function putTogether(tars: readonly Uint8Array[], mode: LayerMode): Promise<string[]> {
  const facts = await Promise.all(tars.map(scanTar));
  return listTree(toSnapshot(applyLayers(facts, mode).tree));
}

async function leadsInCircle(tars: readonly Uint8Array[]): Promise<boolean> {
  const { remarks } = applyLayers(await Promise.all(tars.map(scanTar)), "overlay");
  return remarks.some(({ code }) => code === "link-loop");
}

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

describe.skipIf(!canStart)("containerd (needs root, containerd and ctr)", () => {
  let containerd: Containerd;
  beforeAll(async () => {
    await mkdir(join(folder, "containerd"));
    containerd = await startContainerd(join(folder, "containerd"));
  });
  afterAll(() => containerd.stop());

  const cases = LAYER_CASES.filter(({ noContainerd }) => noContainerd === undefined);

  it.each(cases)("$name", async ({ layers, overlay }) => {
    expect(await containerd.show(layers.map(layerTar))).toEqual([...overlay].sort());
  });

  it("shows random stacks as they are put together here, or refuses them", { timeout: 300_000 }, async () => {
    let taken = 0;
    for (const layers of fc.sample(layerStacks, { seed: SEED, numRuns: STACKS })) {
      // The lowest layer it unpacks as an extractor does, and lets a whiteout remove what the layer itself has written.
      const tars = [["z/"], ...layers].map(layerTar);
      const shown = await containerd.show(tars);
      // A link to "/x/../a" under the name x leads in a circle; containerd alone shortens its text to "/a" before it looks.
      if ("refused" in shown || (await leadsInCircle(tars))) continue;
      taken += 1;
      expect(await putTogether(tars, "overlay"), JSON.stringify(layers)).toEqual(shown);
    }
    expect(taken).toBeGreaterThan(STACKS / 10);
  });
});

describe.skipIf(!canUnpack)("umoci unpack (needs root and umoci)", () => {
  const cases = LAYER_CASES.filter(({ noUmoci }) => noUmoci === undefined);

  it.each(cases)("$name", async ({ name, layers, overlay, extract }) => {
    const home = join(folder, `umoci-${LAYER_CASES.findIndex((one) => one.name === name)}`);
    await writeLayout(join(home, "layout"), ociLayout([{ references: ["v1"], layers: layers.map(layerTar) }]));
    run("umoci", ["raw", "unpack", "--image", `${join(home, "layout")}:v1`, join(home, "root")]);
    expect(listFolder(join(home, "root"))).toEqual([...(extract ?? overlay)].sort());
  });

  it("unpacks random stacks as they are put together here, or fails", { timeout: 300_000 }, async () => {
    let taken = 0;
    for (const [index, layers] of fc.sample(layerStacks, { seed: SEED, numRuns: STACKS }).entries()) {
      const tars = layers.map(layerTar);
      const home = join(folder, `umoci-random-${index}`);
      await writeLayout(join(home, "layout"), ociLayout([{ references: ["v1"], layers: tars }]));
      const args = ["raw", "unpack", "--image", `${join(home, "layout")}:v1`, join(home, "root")];
      if (spawnSync("umoci", args, { stdio: "ignore" }).status !== 0) continue;
      taken += 1;
      expect(await putTogether(tars, "extract"), JSON.stringify(layers)).toEqual(listFolder(join(home, "root")));
    }
    expect(taken).toBeGreaterThan(STACKS / 10);
  });
});
