/**
 * One candidate judged: alone or with the companions that were asked for. Where it is unsafe alone, the smallest set of companions
 * is looked for that makes it work, first among what the image lacks, then among everything that it needs.
 */
import type { Candidate } from "./mounts/candidates.js";
import { isCurable } from "./mounts/curable.js";
import { findCompanions, type Companions } from "./mounts/companions.js";
import { findLanding, type Landing } from "./mounts/landing.js";
import { toMountSet } from "./mounts/mount-set.js";
import { createMountCase, type MountCase, type MountWorld } from "./mounts/mount-case.js";
import { WORKING_VERDICTS } from "./report.js";
import { judgeMount, type Judgement } from "./rules/judge.js";

export interface JudgedCandidate {
  readonly candidate: Candidate;
  readonly mountCase: MountCase;
  readonly judgement: Judgement;
  /** companions that were mounted along, where they land */
  readonly companions: readonly Landing[];
  /** companions that would make it work */
  readonly suggested: readonly Landing[];
}

/** The verdict on a candidate. */
export function judgeCandidate(world: MountWorld, candidate: Candidate, companions: Companions): JudgedCandidate {
  const along = findCompanions(world.subject, world.host, candidate, companions);
  const mountCase = mountTogether(world, candidate, along);
  const judgement = judgeMount(mountCase);
  const mayHelp = judgement.verdict === "unsafe" && companions === "none" && isCurable(mountCase);
  const suggested = mayHelp ? suggest(world, candidate) : [];
  return {
    candidate,
    mountCase,
    judgement: suggested.length === 0 ? judgement : { ...judgement, verdict: "safe-with" },
    companions: along.map((one) => land(world, one)),
    suggested: suggested.map((one) => land(world, one)),
  };
}

/** The smallest set of companions with which the candidate works; none where no set does. */
function suggest(world: MountWorld, candidate: Candidate): readonly Candidate[] {
  let tried = 0;
  for (const choice of ["missing", "all"] as const) {
    const all = findCompanions(world.subject, world.host, candidate, choice);
    // What is missing is a part of all: as many are the same.
    if (all.length === tried) continue;
    tried = all.length;
    if (works(world, candidate, all)) return reduce(world, candidate, all);
  }
  return [];
}

/** Leaves out one companion after the other as long as the rest still works. */
function reduce(world: MountWorld, candidate: Candidate, all: readonly Candidate[]): readonly Candidate[] {
  let needed = all;
  for (const one of all) {
    const fewer = needed.filter((other) => other !== one);
    if (fewer.length > 0 && works(world, candidate, fewer)) needed = fewer;
  }
  return needed;
}

function works(world: MountWorld, candidate: Candidate, companions: readonly Candidate[]): boolean {
  return WORKING_VERDICTS.has(judgeMount(mountTogether(world, candidate, companions, "broken")).verdict);
}

function mountTogether(
  world: MountWorld,
  candidate: Candidate,
  companions: readonly Candidate[],
  until: "end" | "broken" = "end",
): MountCase {
  const along = companions.map((one) => land(world, one));
  return createMountCase(world, toMountSet([land(world, candidate)], along), until);
}

function land({ subject, host, placement, mountFolder }: MountWorld, one: Candidate): Landing {
  return findLanding(subject, host.root, one, placement, mountFolder);
}
