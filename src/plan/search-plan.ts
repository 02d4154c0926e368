/**
 * The smallest set of mounts that gives an image what was asked for. It starts with that alone, its project and what the image lacks
 * of its needs; takes another library of the host only where a mounted one asks for what the image's copy does not have; and at the
 * end leaves out again what the set does without. A dependency that the image has, and that will do, stays the image's.
 */
import { isCLibraryPart } from "../mounts/c-library-part.js";
import type { Candidate } from "../mounts/candidates.js";
import type { CompanionPlace } from "../mounts/companion-places.js";
import { isSameBuild } from "../mounts/same-build.js";
import { VERDICTS, WORKING_VERDICTS, type Verdict } from "../report.js";
import { findNeeded } from "./find-needed.js";
import { completeMembers, type Members } from "./members.js";
import type { PlanWorld, Trial } from "./plan-world.js";

/** sets that grow longer than this do not come to an end */
const MAX_ROUNDS = 40;

/** A set of libraries with what they need beside them, and how it came out. */
interface Tried {
  readonly members: Members;
  readonly places: readonly CompanionPlace[];
  readonly trial: Trial;
}

export interface FoundSet extends Tried {
  readonly world: PlanWorld;
  /** what was asked for and is not in the set, with the reason */
  readonly left: ReadonlyMap<Candidate, string>;
}

/** Whether a set of this verdict may be made: a risky one where that is said aloud. */
export function isWorking(verdict: Verdict): boolean {
  return WORKING_VERDICTS.has(verdict) || verdict === "risky";
}

/** The set that works and that most users of the image get, in the first of the worlds that has it; else the one that fails least. */
export function searchPlan(worlds: readonly PlanWorld[], wanted: readonly Candidate[]): FoundSet {
  let best: FoundSet | undefined;
  for (const world of worlds) {
    const found = searchIn(world, wanted);
    if (best === undefined || isPreferred(found.trial, best.trial)) best = found;
    if (isWorking(best.trial.verdict) && best.trial.bypasses === 0) break;
  }
  if (best === undefined) throw new Error("a plan needs a world to be searched in");
  return best;
}

function isPreferred(a: Trial, b: Trial): boolean {
  const [aWorks, bWorks] = [isWorking(a.verdict), isWorking(b.verdict)];
  if (aWorks !== bWorks) return aWorks;
  return aWorks ? a.bypasses < b.bypasses : isBetter(a, b);
}

function searchIn(world: PlanWorld, wanted: readonly Candidate[]): FoundSet {
  const left = leaveOut(world, wanted);
  const asked = new Map(wanted.filter((one) => !left.has(one)).map((one) => [one, "asked for"]));
  let tried = attempt(world, completeMembers(world, asked));
  let best = tried;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const needed = findNeeded(world, tried.members, tried.trial);
    if (needed.size === 0) break;
    tried = attempt(world, completeMembers(world, new Map([...tried.members, ...needed])));
    if (isBetter(tried.trial, best.trial)) best = tried;
  }
  return { world, left, ...reduce(world, best, new Set(asked.keys())) };
}

/** The set judged with all that its members need beside them; what that brings may need more. */
function attempt(world: PlanWorld, members: Members): Tried {
  let places: readonly CompanionPlace[] = [];
  let trial = world.judge([...members.keys()], places);
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const known = new Set(places.map(({ target }) => target));
    const more = world.places(trial.companions).filter(({ target }) => !known.has(target));
    if (more.length === 0) break;
    places = [...places, ...more];
    trial = world.judge([...members.keys()], places);
  }
  return { members, places, trial };
}

/** What is asked for and need not, or must not, come from the host. */
function leaveOut(world: PlanWorld, wanted: readonly Candidate[]): ReadonlyMap<Candidate, string> {
  const left = new Map<Candidate, string>();
  const files = new Map<object, Candidate>();
  // The name that programs are linked with stands for its file; other names of it are mounted where somebody asks for them.
  const sorted = [...wanted].sort((a, b) => Number(isOwnName(b)) - Number(isOwnName(a)));
  for (const one of sorted) {
    const known = files.get(one.node);
    if (isCLibraryPart(one.name, one.elf)) left.set(one, "a part of the C library, which stays the image's");
    else if (isSameBuild(world.land(one))) left.set(one, "the image has the same build of it");
    else if (known !== undefined && !world.isAskedFor(one.name)) left.set(one, `the same file as ${known.name}`);
    else if (known === undefined) files.set(one.node, one);
  }
  return left;
}

function isOwnName({ name, elf }: Candidate): boolean {
  return name === elf.soname;
}

/** Leaves out one member after the other as long as the rest does as well. What was asked for stays. */
function reduce(world: PlanWorld, tried: Tried, asked: ReadonlySet<Candidate>): Tried {
  if (!isWorking(tried.trial.verdict)) return tried;
  let kept = tried;
  for (const one of [...tried.members.keys()].reverse()) {
    if (asked.has(one)) continue;
    const fewer = attempt(world, new Map([...kept.members].filter(([other]) => other !== one)));
    if (!isBetter(kept.trial, fewer.trial) && fewer.trial.bypasses <= kept.trial.bypasses) kept = fewer;
  }
  return kept;
}

/** Of two with one verdict that is better of which less is to be said. */
function isBetter(a: Trial, b: Trial): boolean {
  const [first, second] = [VERDICTS.indexOf(a.verdict), VERDICTS.indexOf(b.verdict)];
  return first === second ? countSerious(a) < countSerious(b) : first < second;
}

function countSerious({ findings }: Trial): number {
  return findings.filter(({ severity }) => severity !== "note").length;
}
