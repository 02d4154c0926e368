/**
 * Small worlds in which musl's own loader and the simulated one must load the same files in the same order, print the same words, and
 * come to the same end. At startup musl tells all that is wrong, so that every line is compared.
 */
import { readdirSync, rmSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import type { LoadResult } from "../../src/loader/load-result.js";
import { findMuslBinding } from "../../src/loader/musl-bind.js";
import { muslSymbolsOf } from "../../src/loader/musl-symbol-table.js";
import { toLoaderMessage } from "../../src/loader/loader-message.js";
import { outcomeOf, type LoadProblem } from "../../src/loader/problem.js";
import { readStory, type Story } from "../support/gcc-world.js";
import { readWorld } from "../support/gcc-simulate.js";
import {
  buildMuslWorld,
  findMuslObstacle,
  listMusl,
  openMuslWorkshop,
  readBindings,
  runMusl,
  simulateMusl,
  type MuslWorkshop,
} from "../support/musl-world.js";

const STORIES = readdirSync(new URL("../../fixtures/loader/", import.meta.url), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name.startsWith("musl-"))
  .map(({ name }) => name);

const obstacle = findMuslObstacle();
const workshop = obstacle === undefined ? openMuslWorkshop() : undefined;
const isRoot = process.geteuid?.() === 0;

afterAll(() => {
  if (workshop !== undefined) rmSync(workshop.folder, { recursive: true, force: true });
});

describe("musl's own loader and the simulated one tell alike", () => {
  for (const name of STORIES) {
    const reason = obstacle ?? (readStory(name).user !== 0 && !isRoot ? "needs root" : undefined);
    it.skipIf(reason !== undefined)(`${name}${reason === undefined ? "" : ` (skipped: ${reason})`}`, async () => {
      await watch(workshop as MuslWorkshop, name);
    });
  }
});

async function watch(workshop: MuslWorkshop, name: string): Promise<void> {
  const story = readStory(name);
  const root = buildMuslWorld(workshop, name);
  const simulated = simulateMusl(await readWorld(root), story);
  const real = runMusl(workshop, root, story);
  if (story.exit !== undefined) expect(real.exit, JSON.stringify(real)).toBe(story.exit);
  if (story.opens !== undefined) compareOpening(workshop, root, story, simulated);
  else compareStart(workshop, root, story, simulated, real);
}

function compareStart(
  workshop: MuslWorkshop,
  root: string,
  story: Story,
  simulated: LoadResult,
  real: ReturnType<typeof runMusl>,
): void {
  const about = JSON.stringify({ problems: simulated.problems, real });
  // Where nobody can know, there is nothing to compare: that it is said is all.
  if (simulated.problems.some((problem) => outcomeOf(problem) === "unknown")) {
    expect(story.name).toMatch(/-of-another-machine$/);
    return;
  }
  const broken = simulated.problems.filter((problem) => outcomeOf(problem) === "broken");
  const [loading, relocating] = splitByKind(broken.map(say).filter((line) => line !== ""));
  const [really, reallyRelocating] = splitByKind(real.lines);
  expect(really, about).toEqual(loading);
  // One symbol may be asked for by many relocations, in an order of the linker's.
  expect(new Set(reallyRelocating), about).toEqual(new Set(relocating));
  if (broken.some(({ kind }) => kind === "relr-unsupported")) expect(real.exit, about).not.toBe(0);
  else expect(real.exit === 127, about).toBe(broken.length > 0);
  if (story.user === 0) compareList(workshop, root, story, simulated);
  for (const [symbol, path] of readBindings(story.name))
    expect(findProviders(simulated, symbol), about).toEqual([path]);
}

/** dlopen stops at the first trouble. What RTLD_LAZY puts off, and only that, is latent. */
function compareOpening(workshop: MuslWorkshop, root: string, story: Story, { problems }: LoadResult): void {
  const eager = runMusl(workshop, root, story);
  const fails = problems.filter((problem) => outcomeOf(problem) !== "none");
  const about = JSON.stringify({ problems, eager });
  expect(eager.exit === 0, about).toBe(fails.length === 0);
  if (fails.length > 0) expect(fails.map(say), about).toContain(eager.lines[0]);
  const broken = fails.filter((problem) => outcomeOf(problem) === "broken");
  const lazy = runMusl(workshop, root, story, "lazy");
  expect(lazy.exit === 0, JSON.stringify({ problems, lazy })).toBe(broken.length === 0);
  if (broken.length > 0) expect(broken.map(say)).toContain(lazy.lines[0]);
}

/** ld-musl --list tells every file when it is mapped, and the loader itself by the first name of each kind. */
function compareList(workshop: MuslWorkshop, root: string, story: Story, { scope }: LoadResult): void {
  const files = listMusl(workshop, root, story).filter((line) => !line.endsWith("/ld-musl-x86_64.so.1"));
  const mapped = scope.objects.filter(({ foundBy: { kind } }) => kind !== "program" && kind !== "interpreter");
  expect(mapped.map(({ names, path }) => `${[...names][0] ?? ""} => ${path}`)).toEqual(files);
}

/** Who gives a symbol to those who ask for it. */
function findProviders({ scope }: LoadResult, symbol: string): readonly string[] {
  const paths = scope.objects.flatMap((object) => {
    const index = muslSymbolsOf(object.elf).references.findIndex(({ name }) => name === symbol);
    const bound = index === -1 ? undefined : findMuslBinding(object, index, scope);
    return bound === undefined ? [] : [bound.provider.path];
  });
  return [...new Set(paths)];
}

function splitByKind(lines: readonly string[]): readonly [string[], string[]] {
  const isRelocation = (line: string): boolean => line.startsWith("Error relocating ");
  return [lines.filter((line) => !isRelocation(line)), lines.filter(isRelocation)];
}

function say(problem: LoadProblem): string {
  return toLoaderMessage(problem, undefined);
}
