/** Everything that is mounted judged together, as the one set that the user's command line makes of it. */
import type { Bind } from "./mounts/bind.js";
import { addBinds } from "./mounts/bind.js";
import type { Candidate } from "./mounts/candidates.js";
import { findCompanions, type Companions } from "./mounts/companions.js";
import { isCurable } from "./mounts/curable.js";
import { findLanding, type Landing } from "./mounts/landing.js";
import { createMountCase, type MountCase, type MountWorld } from "./mounts/mount-case.js";
import { toMountSet } from "./mounts/mount-set.js";
import { WORKING_VERDICTS } from "./report.js";
import { judgeMount, type Judgement } from "./rules/judge.js";

export interface JudgedSet {
  readonly mountCase: MountCase;
  readonly judgement: Judgement;
  readonly candidates: readonly Candidate[];
  readonly binds: readonly Bind[];
  /** what was mounted along, where it lands */
  readonly companions: readonly Landing[];
  /** what must be mounted along for the set to work */
  readonly suggested: readonly Landing[];
}

/** The verdict on a set. Where it is unsafe, what the image lacks for it is tried beside it. */
export function judgeSet(
  world: MountWorld,
  candidates: readonly Candidate[],
  binds: readonly Bind[],
  companions: Companions,
): JudgedSet {
  const all = [...candidates, ...binds.flatMap(({ landings }) => landings.map(({ candidate }) => candidate))];
  const along = findMissing(world, all, companions);
  const mountCase = mountTogether(world, candidates, binds, along);
  const judgement = judgeMount(mountCase);
  const mayHelp = judgement.verdict === "unsafe" && companions === "none" && isCurable(mountCase);
  const suggested = mayHelp ? suggest(world, candidates, binds, all) : [];
  return {
    mountCase,
    judgement: suggested.length === 0 ? judgement : { ...judgement, verdict: "safe-with" },
    candidates,
    binds,
    companions: along.map((one) => land(world, one)),
    suggested: suggested.map((one) => land(world, one)),
  };
}

function suggest(
  world: MountWorld,
  candidates: readonly Candidate[],
  binds: readonly Bind[],
  all: readonly Candidate[],
): readonly Candidate[] {
  const works = (companions: readonly Candidate[]): boolean =>
    WORKING_VERDICTS.has(judgeMount(mountTogether(world, candidates, binds, companions)).verdict);
  let needed = findMissing(world, all, "missing");
  if (needed.length === 0 || !works(needed)) return [];
  for (const one of needed) {
    const fewer = needed.filter((other) => other !== one);
    if (fewer.length > 0 && works(fewer)) needed = fewer;
  }
  return needed;
}

/** Companions of all that is mounted, but for what is mounted itself. */
function findMissing(world: MountWorld, all: readonly Candidate[], companions: Companions): readonly Candidate[] {
  const own = new Set(all.flatMap(({ name, elf }) => [name, elf.soname ?? name]));
  const found = all.flatMap((one) => findCompanions(world.subject, world.host, one, companions));
  const others = new Map(found.filter(({ name }) => !own.has(name)).map((one) => [one.name, one]));
  return [...others.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function mountTogether(
  world: MountWorld,
  candidates: readonly Candidate[],
  binds: readonly Bind[],
  companions: readonly Candidate[],
): MountCase {
  const all = (list: readonly Candidate[]): readonly Landing[] => list.map((one) => land(world, one));
  return createMountCase(world, addBinds(toMountSet(all(candidates), all(companions)), binds));
}

function land({ subject, host, placement, mountFolder }: MountWorld, one: Candidate): Landing {
  return findLanding(subject, host.root, one, placement, mountFolder);
}
