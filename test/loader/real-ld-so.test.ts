/**
 * Small worlds in which the machine's own loader and the simulated one must load the same files in the same order, bind the same
 * symbols, and print the same words. The first fourteen are programs on which tools that resemble ld.so have been seen to differ
 * from it; the others stand for one rule each: searches, files that are no libraries, versions, binding, set-user-ID, dlopen.
 */
import { readdirSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeWorkshop, findObstacle, openWorkshop, readStory, type Workshop } from "../support/gcc-world.js";
import { watchStory } from "../support/gcc-watch.js";

const FOURTEEN = [
  "version-missing-in-first-copy",
  "runpath-origin-through-a-link",
  "no-default-folders",
  "other-class-comes-first",
  "hwcaps-under-runpath",
  "runpath-hides-rpath",
  "one-soname-two-runpaths",
  "other-machine-comes-first",
  "not-elf-comes-first",
  "library-missing",
  "provider-lost-its-versions",
  "other-version-only",
  "symbol-gone-version-kept",
  "unversioned-symbol-in-versioned-library",
];

const FIXTURES = new URL("../../fixtures/loader/", import.meta.url);
const ALL = readdirSync(FIXTURES, { withFileTypes: true })
  // Those of musl are told by real-musl.test.ts.
  .filter((entry) => entry.isDirectory() && !entry.name.startsWith("musl-"))
  .map(({ name }) => name);

const obstacle = findObstacle();
const workshop = obstacle === undefined ? openWorkshop() : undefined;
const isRoot = process.geteuid?.() === 0;

afterAll(() => {
  if (workshop !== undefined) closeWorkshop(workshop);
});

describe("the machine's own ld.so and the simulated one tell alike", () => {
  beforeAll(() => {
    expect(ALL).toEqual(expect.arrayContaining(FOURTEEN));
  });
  for (const name of [...FOURTEEN, ...ALL.filter((one) => !FOURTEEN.includes(one))]) {
    const reason = findReason(name);
    it.skipIf(reason !== undefined)(`${name}${reason === undefined ? "" : ` (skipped: ${reason})`}`, async () => {
      await watchStory(workshop as Workshop, name);
    });
  }
});

/** Why a story cannot be told here. */
function findReason(name: string): string | undefined {
  if (workshop === undefined) return obstacle;
  const { user, needs } = readStory(name);
  if (user !== 0 && !isRoot) return "needs root";
  if (needs === "mknod" && !isRoot) return "needs root";
  if (needs?.startsWith("x86-64") === true && !workshop.hwcaps.includes(needs)) return `this CPU is no ${needs}`;
  if (needs === "m32" && !workshop.canBuild32) return "gcc has no -m32";
  return undefined;
}
