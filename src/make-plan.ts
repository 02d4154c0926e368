/**
 * A plan: the smallest set of mounts with which the image has what was asked for. The search asks the same judge as everybody else,
 * and what it finds is judged once more as the binds that a runtime gets: only that verdict is told.
 */
import { judgeSet, type JudgedSet } from "./judge-set.js";
import { judgeTogether } from "./judge-together.js";
import { resolveBind } from "./mounts/bind.js";
import { isCLibraryPart } from "./mounts/c-library-part.js";
import type { Candidate } from "./mounts/candidates.js";
import { findCompanions } from "./mounts/companions.js";
import { isUnreached, type Fate } from "./mounts/fate.js";
import { findLanding, type Placement } from "./mounts/landing.js";
import type { MountWorld } from "./mounts/mount-case.js";
import { advise } from "./plan/advise.js";
import type { PlanWorld, Trial } from "./plan/plan-world.js";
import { isWorking, searchPlan, type FoundSet } from "./plan/search-plan.js";
import { toEnvironment, toPlan, type PlannedBind } from "./plan/to-plan.js";
import type { MountPlan } from "./report.js";
import { baseName, joinPath, parentPath } from "./rootfs/path.js";
import { resolvePath } from "./rootfs/resolve.js";
import { worseVerdict } from "./rules/verdict.js";
import { worstSet } from "./worst-answer.js";

export interface Planned {
  readonly plan: MountPlan;
  /** the binds of the plan judged as one set; absent where there are none */
  readonly set?: JudgedSet;
}

/**
 * The plan for what was asked for.
 *
 * @param worlds one for each machine that may run the image: a plan holds on all of them
 */
export function makePlan(worlds: readonly MountWorld[], wanted: readonly Candidate[]): Planned {
  const [first] = worlds as [MountWorld];
  const placements: readonly Placement[] = first.placement === "over" ? ["over", "first"] : [first.placement];
  const placed = (placement: Placement): readonly MountWorld[] => worlds.map((world) => ({ ...world, placement }));
  const found = searchPlan(
    placements.map((placement) => toPlanWorld(placed(placement))),
    wanted,
  );
  const own = placed(found.world.placement);
  const binds = toBinds(own[0] as MountWorld, found);
  const asked = { candidates: [], binds: binds.map(({ bind }) => bind) };
  const set = binds.length === 0 ? undefined : worstSet(own.map((world) => judgeSet(world, asked, "none", false)));
  const verdict = set?.judgement.verdict ?? found.trial.verdict;
  const works = binds.length > 0 && isWorking(verdict) && isWorking(found.trial.verdict);
  const findings = set?.judgement.findings ?? found.trial.findings;
  const plan = toPlan({
    ...{ found, binds, verdict, works, findings },
    environment: toEnvironment(own[0] as MountWorld),
    advice: advise(
      set?.mountCase ?? found.trial,
      findings.map(({ rule }) => rule),
    ),
    staying: listStaying(found),
  });
  return { plan, ...(set === undefined ? {} : { set }) };
}

function toPlanWorld(worlds: readonly MountWorld[]): PlanWorld {
  const [first] = worlds as [MountWorld];
  const { subject, host, placement, mountFolder, baseline } = first;
  const known = new Map<string, Candidate>(host.libraries.map((one) => [one.name, one]));
  /** one library of one name is one value, wherever it comes from */
  const intern = (one: Candidate): Candidate => {
    const same = known.get(one.name);
    if (same?.node === one.node) return same;
    const key = `${one.name}\0${one.realPath}`;
    const other = known.get(key) ?? one;
    known.set(key, other);
    return other;
  };
  return {
    placement,
    libraries: host.libraries,
    land: remember((one) => findLanding(subject, host.root, one, placement, mountFolder)),
    isAskedFor: (name) => baseline.affectedBy([name], []).length > 0,
    dependencies: remember((one) => listDependencies(first, one, intern)),
    missing: remember((one) => findCompanions(subject, host, one, "missing").map(intern)),
    judge: (members) => judgeOnAll(worlds, members),
  };
}

/** What the host's loader loads beside a library, by every name that it answers to. */
function listDependencies(
  { host }: MountWorld,
  { path, node, elf }: Candidate,
  intern: (one: Candidate) => Candidate,
): ReadonlyMap<string, Candidate> {
  const { objects } = host.loader.load(path, node, elf).scope;
  return new Map(
    objects.slice(1).flatMap((object): [string, Candidate][] => {
      const name = object.elf.soname ?? baseName(object.path);
      const { path: found, realPath, node: file, elf: own } = object;
      const candidate = intern({ name, path: found, realPath, node: file, elf: own });
      return [...new Set([name, baseName(found)])].map((one) => [one, candidate]);
    }),
  );
}

/** A set holds where it holds on every machine: the worst of them counts, and of equals the first. */
function judgeOnAll(worlds: readonly MountWorld[], members: readonly Candidate[]): Trial {
  let worst: Trial | undefined;
  for (const world of worlds) {
    const { judgement, mountCase } = judgeTogether(world, { candidates: members, binds: [] }, "none", false);
    const { verdict, findings } = judgement;
    const { failures, mountedPaths, fates } = mountCase;
    const bypasses = fates.reduce((sum, fate) => sum + countBypasses(fate), 0);
    const trial = { verdict, findings, failures, mountedPaths, bypasses };
    if (worst === undefined || worseVerdict(worst.verdict, verdict) !== worst.verdict) worst = trial;
  }
  return worst as Trial;
}

/** Who starts a set-user-ID program in secure-execution mode is no user whom a mount could reach in another way. */
function countBypasses(fate: Fate): number {
  return (isUnreached(fate) ? 1 : 0) + fate.otherCopies.filter(({ secure }) => !secure).length;
}

/** The members as a runtime gets them: file for file, at the folder and the name that the image's loader searches. */
function toBinds({ subject, host }: MountWorld, { world, members }: FoundSet): readonly PlannedBind[] {
  return [...members]
    .flatMap(([one, why]): PlannedBind[] => {
      const { target } = world.land(one);
      const folder = resolvePath(subject.root, parentPath(target))?.path ?? parentPath(target);
      const text = { source: one.realPath, target: joinPath(folder, baseName(target)) };
      const bind = resolveBind(text, subject.root, host.root);
      return bind === undefined ? [] : [{ bind, kind: "file", why }];
    })
    .sort((a, b) => (a.bind.target < b.bind.target ? -1 : 1));
}

/** What the members need, and the image has in another build that does as well. */
function listStaying({ world, members }: FoundSet): readonly string[] {
  const names = new Set<string>();
  const mounted = new Set([...members.keys()].map(({ name }) => name));
  for (const one of members.keys()) {
    for (const [name, answer] of world.dependencies(one)) {
      if (!one.elf.needed.includes(name) || mounted.has(name) || isCLibraryPart(name, answer.elf)) continue;
      names.add(name);
    }
  }
  return [...names].sort();
}

function remember<Value>(find: (one: Candidate) => Value): (one: Candidate) => Value {
  const known = new Map<Candidate, Value>();
  return (one) => {
    const value = known.get(one) ?? find(one);
    known.set(one, value);
    return value;
  };
}
