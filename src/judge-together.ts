/**
 * What is mounted judged with the companions that were asked for. Where it is unsafe alone, the smallest set of companions is looked
 * for that makes it work, first among what the image lacks, then among everything that it needs.
 */
import { addBinds, type Bind } from "./mounts/bind.js";
import type { Candidate } from "./mounts/candidates.js";
import { findCompanions, type Companions } from "./mounts/companions.js";
import { isCurable } from "./mounts/curable.js";
import { findLanding, type Landing } from "./mounts/landing.js";
import { createMountCase, type MountCase, type MountWorld } from "./mounts/mount-case.js";
import { toMountSet } from "./mounts/mount-set.js";
import { WORKING_VERDICTS } from "./report.js";
import { judgeMount, type Judgement } from "./rules/judge.js";

/** What is asked about: libraries that find their own places, and binds as the runtime gets them. */
export interface Asked {
  readonly candidates: readonly Candidate[];
  readonly binds: readonly Bind[];
}

export interface Judged {
  readonly mountCase: MountCase;
  readonly judgement: Judgement;
  /** companions that were mounted along, where they land */
  readonly companions: readonly Landing[];
  /** companions that would make it work */
  readonly suggested: readonly Landing[];
}

/**
 * The verdict on everything that is asked about, as one set.
 *
 * @param suggests whether companions are looked for that would make it work
 */
export function judgeTogether(world: MountWorld, asked: Asked, companions: Companions, suggests = true): Judged {
  const along = findAllCompanions(world, asked, companions);
  const mountCase = mountTogether(world, asked, along);
  const judgement = judgeMount(mountCase);
  const mayHelp = suggests && judgement.verdict === "unsafe" && companions === "none" && isCurable(mountCase);
  const suggested = mayHelp ? suggest(world, asked) : [];
  return {
    mountCase,
    judgement: suggested.length === 0 ? judgement : { ...judgement, verdict: "safe-with" },
    companions: along.map((one) => land(world, one)),
    suggested: suggested.map((one) => land(world, one)),
  };
}

/** The smallest set of companions with which it works; none where no set does. */
function suggest(world: MountWorld, asked: Asked): readonly Candidate[] {
  let tried = 0;
  for (const choice of ["missing", "all"] as const) {
    const all = findAllCompanions(world, asked, choice);
    // What is missing is a part of all: as many are the same.
    if (all.length === tried) continue;
    tried = all.length;
    if (works(world, asked, all)) return reduce(world, asked, all);
  }
  return [];
}

/** Leaves out one companion after the other as long as the rest still works. */
function reduce(world: MountWorld, asked: Asked, all: readonly Candidate[]): readonly Candidate[] {
  let needed = all;
  for (const one of all) {
    const fewer = needed.filter((other) => other !== one);
    if (fewer.length > 0 && works(world, asked, fewer)) needed = fewer;
  }
  return needed;
}

function works(world: MountWorld, asked: Asked, companions: readonly Candidate[]): boolean {
  return WORKING_VERDICTS.has(judgeMount(mountTogether(world, asked, companions, "broken")).verdict);
}

/** Companions of all that is mounted, but for what is mounted itself; what a bind brings may have a link with its DT_SONAME. */
function findAllCompanions(
  { subject, host }: MountWorld,
  { candidates, binds }: Asked,
  companions: Companions,
): readonly Candidate[] {
  const bound = binds.flatMap(({ landings }) => landings.map(({ candidate }) => candidate));
  const own = new Set([
    ...candidates.map(({ name }) => name),
    ...bound.flatMap(({ name, elf }) => [name, elf.soname ?? name]),
  ]);
  const found = [...candidates, ...bound].flatMap((one) => findCompanions(subject, host, one, companions));
  const others = new Map(found.filter(({ name }) => !own.has(name)).map((one) => [one.name, one]));
  return [...others.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function mountTogether(
  world: MountWorld,
  { candidates, binds }: Asked,
  companions: readonly Candidate[],
  until: "end" | "broken" = "end",
): MountCase {
  const landAll = (all: readonly Candidate[]): readonly Landing[] => all.map((one) => land(world, one));
  return createMountCase(world, addBinds(toMountSet(landAll(candidates), landAll(companions)), binds), until);
}

function land({ subject, host, placement, mountFolder }: MountWorld, one: Candidate): Landing {
  return findLanding(subject, host.root, one, placement, mountFolder);
}
