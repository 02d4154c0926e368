/** One story, told twice: by the machine's own ld.so and by the simulated loader. They must tell it alike. */
import { expect } from "vitest";
import { findBinding, findOwnBinding } from "../../src/loader/bind-symbols.js";
import type { LoadResult } from "../../src/loader/load-result.js";
import { outcomeOf } from "../../src/loader/problem.js";
import { listReferences, symbolTableOf } from "../../src/loader/symbol-table.js";
import { buildWorld, readStory, runReal, type RealRun, type Story, type Workshop } from "./gcc-world.js";
import { foretell, readWorld, simulate } from "./gcc-simulate.js";
import { toAbsolutePath } from "../../src/rootfs/path.js";

/** The program that opens libraries. */
const OPENER = "/open";

/** Builds the world, lets both loaders loose on it, and compares. */
export async function watchStory(workshop: Workshop, name: string): Promise<void> {
  const told = readStory(name);
  const story = told.opens === undefined ? told : { ...told, opens: told.opens.replace("$LIBC", workshop.libc) };
  const root = buildWorld(workshop, story);
  const simulated = simulate(await readWorld(root), story, workshop.hwcaps);

  const real = runReal(workshop, root, story);
  if (story.exit !== undefined) expect({ exit: real.exit, lines: real.lines }).toMatchObject({ exit: story.exit });
  // What is not known may go either way.
  if (simulated.problems.some((problem) => outcomeOf(problem) === "unknown")) return;
  compareOutput(story, real, simulated, story.opens !== undefined);
  if (foretell(simulated.problems, story.run, false).exit !== undefined || story.user !== 0) return;

  const eager = { LD_BIND_NOW: "1" };
  compareOutput(story, runReal(workshop, root, story, eager), simulated, true);
  compareBindings(story, runReal(workshop, root, story, { ...eager, LD_DEBUG: "scopes,bindings" }), simulated);
}

function compareOutput(story: Story, real: RealRun, { problems }: LoadResult, bindNow: boolean): void {
  const isOpened = story.opens !== undefined;
  const foretold = foretell(problems, isOpened ? undefined : story.run, bindNow);
  const lines = real.lines.filter((line) => !line.startsWith("ERROR: ld.so: object ")).map(withoutLineNumber);
  const starts = foretold.exit === undefined;
  const about = { problems, lines, exit: real.exit };
  expect(lines.slice(0, foretold.lines.length), JSON.stringify(about)).toEqual(foretold.lines);
  for (const line of lines.slice(foretold.lines.length)) expect(foretold.more, JSON.stringify(about)).toContain(line);
  if (!starts) expect(foretold.last, JSON.stringify(about)).toContain(lines.at(-1));
  // A program that starts has an exit code of its own, which is never that of a loader that gave up: the story says which.
  if (!isOpened && !starts) expect(real.exit, JSON.stringify(about)).toBe(foretold.exit);
  else if (isOpened) expect(real.exit === 0, JSON.stringify(about)).toBe(starts);
  else if (story.exit !== undefined) expect(real.exit, JSON.stringify(about)).toBe(story.exit);
}

/** An assertion names its source line, which moves from release to release. */
function withoutLineNumber(line: string): string {
  return line.replace(/^(Inconsistency detected by ld\.so: \S+: )\d+: /, "$1");
}

/** LD_DEBUG=scopes prints the lookup order, LD_DEBUG=bindings every symbol with who got it from whom. */
function compareBindings(story: Story, real: RealRun, { scope }: LoadResult): void {
  const toPath = (name: string): string =>
    name === story.run && story.opens === undefined ? scope.start : toAbsolutePath(story.folder, name);
  if (story.opens === undefined) {
    const order = real.lines
      .map((line) => /\tscope 0: (.*)$|\t scope 0: (.*)$/.exec(line))
      .find((match) => match !== null);
    const names = (order?.[1] ?? order?.[2] ?? "").trim().split(" ");
    expect(names.map(toPath)).toEqual(scope.objects.map(({ path }) => path));
  }
  let compared = 0;
  for (const line of real.lines) {
    const match = /binding file (\S+) \[0\] to (\S+) \[0\]: \w+ symbol `([^']+)'(?: \[(\S+)\])?/.exec(line);
    if (match === null) continue;
    const [, user, provider, symbol, version] = match as unknown as [
      string,
      string,
      string,
      string,
      string | undefined,
    ];
    const object = scope.objects.find(({ path }) => path === toPath(user));
    if (object === undefined) continue; // the program that opens libraries is none of the simulated process
    const { references, own } = symbolTableOf(object.elf);
    const isIt = (one: { readonly name: string; readonly version?: string }): boolean =>
      one.name === symbol && one.version === version;
    const [index, ownIndex] = [listReferences(references).findIndex(isIt), listReferences(own).findIndex(isIt)];
    if (index === -1 && ownIndex === -1) continue; // no relocation: ld.so looks up malloc and its kin for itself
    if (story.opens !== undefined && toPath(provider) === OPENER) continue; // which copied data of the C library
    const bound = index === -1 ? findOwnBinding(object, ownIndex, scope) : findBinding(object, index, scope);
    compared += 1;
    expect({ user, symbol, from: bound?.provider.path }).toEqual({ user, symbol, from: toPath(provider) });
  }
  expect(compared).toBeGreaterThan(0);
}
