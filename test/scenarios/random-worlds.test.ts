/**
 * Worlds made by chance, each with one mount: what the report says of every program and library, and what this machine's loader does
 * with them. A number that fails makes the same world again, and RANDOM_WORLDS=from-to plays others.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { closeWorkshop, findObstacle as findGccObstacle, openWorkshop, type Workshop } from "../support/gcc-world.js";
import { findObstacle } from "../support/story-real.js";
import { playWorld } from "./play-world.js";
import { makeWorld } from "./random-world.js";

const [from = 1, to = 40] = (process.env["RANDOM_WORLDS"] ?? "1-40").split("-").map(Number);
const seeds = Array.from({ length: to - from + 1 }, (_, index) => from + index);
const obstacle = findObstacle() ?? findGccObstacle();

describe.skipIf(obstacle !== undefined)(
  `worlds made by chance${obstacle === undefined ? "" : ` (skipped: ${obstacle})`}`,
  () => {
    let workshop: Workshop;
    let folder: string;
    const verdicts = new Set<string>();
    beforeAll(() => {
      workshop = openWorkshop();
      folder = mkdtempSync(join(tmpdir(), "containerspec-worlds-"));
    });
    afterAll(() => {
      closeWorkshop(workshop);
      rmSync(folder, { recursive: true, force: true });
    });

    test.each(seeds)("number %i", async (seed) => {
      const place = join(folder, String(seed));
      const world = makeWorld(seed, workshop.hwcaps);
      const { mount, disagreements } = await playWorld(workshop, world, place);
      verdicts.add(mount.verdict);
      rmSync(place, { recursive: true });
      expect(disagreements).toEqual([]);
    });

    test.runIf(seeds.length >= 40)("many verdicts are among them", () => {
      expect([...verdicts].sort()).toEqual(expect.arrayContaining(["loads", "no-effect", "risky", "safe", "unsafe"]));
    });
  },
);
