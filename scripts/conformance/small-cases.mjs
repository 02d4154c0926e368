/** Small worlds as cases: each with a change of its own, and mounted in every way. */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createRandom } from "../random.mjs";
import { openSuite, runCase } from "./run-case.mjs";
import { buildSmallWorld } from "./small-world.mjs";
import { addHwcaps, addProgramsWithPaths, addSiteFolder } from "./variants.mjs";
import { makeProfile } from "./verdicts.mjs";

const CHANGES = [
  undefined,
  (scene) => addSiteFolder(scene, 4),
  (scene) => addProgramsWithPaths(scene, 6),
  (scene) => addHwcaps(scene, { cached: false, count: 4 }),
];

/** @type {import("./cases.mjs").Case["runs"]} */
const RUNS = [
  { placement: "over", count: 12 },
  { placement: "first", count: 12 },
  { placement: "last", count: 12 },
  { placement: "over", count: 4, draw: "new" },
  { placement: "over", count: 6, companions: "missing" },
  { placement: "first", count: 6, companions: "all" },
  { placement: "over", sets: 2 },
];

/**
 * @param {number} number the seed
 * @param {{ folder: string, tools: object, level: string, cli: string }} workshop
 * @param {(line: string) => void} onProgress
 * @returns {Promise<object[]>} a row for each truth
 */
export async function runSmallCase(number, workshop, onProgress) {
  const random = createRandom(`small ${number}`);
  const folder = join(workshop.folder, `small-${number}`);
  mkdirSync(folder);
  const world = buildSmallWorld(folder, random);
  const [image, host] = ["image", "host"].map((name) => {
    const { root, names } = world[name];
    const profile = makeProfile(workshop.cli, root, join(folder, `${name}.json`));
    return openSuite({
      name: `small-${number}-${name}`,
      base: root,
      folder: workshop.folder,
      tools: workshop.tools,
      profile,
      names,
    });
  });
  try {
    const prepare = CHANGES[number % CHANGES.length];
    /** @type {import("./cases.mjs").Case} */
    const wanted = { kind: "small", image: `world-${number}`, host: "its-host", prepare, runs: RUNS };
    const suites = new Map([
      [wanted.image, image],
      [wanted.host, host],
    ]);
    return await runCase({ case: wanted, suites, workshop, onProgress });
  } finally {
    image.stage.close();
    host.stage.close();
    rmSync(folder, { recursive: true });
  }
}
