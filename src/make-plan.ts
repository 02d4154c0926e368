/**
 * A plan: the smallest set of mounts with which the image has what was asked for. The search asks the same judge as everybody else,
 * and what it finds is judged once more as the binds that a runtime gets: only that verdict is told.
 */
import type { AnalyzeOptions } from "./analyze-options.js";
import { isKnownWhole } from "./choose.js";
import { ContainerspecError } from "./errors.js";
import { judgeSet, type JudgedSet } from "./judge-set.js";
import { addBinds, resolveBind, type Bind, type BindText } from "./mounts/bind.js";
import { isCLibraryPart } from "./mounts/c-library-part.js";
import type { Candidate } from "./mounts/candidates.js";
import { findCompanions } from "./mounts/companions.js";
import { isUnreached, type Fate } from "./mounts/fate.js";
import { findLanding, type Placement } from "./mounts/landing.js";
import { findCompanionPlaces, type CompanionPlace } from "./mounts/companion-places.js";
import { createMountCase, type MountWorld } from "./mounts/mount-case.js";
import { toMountSet } from "./mounts/mount-set.js";
import { advise } from "./plan/advise.js";
import type { PlanWorld, Trial } from "./plan/plan-world.js";
import { isWorking, searchPlan, type FoundSet } from "./plan/search-plan.js";
import { toEnvironment, toPlan, type PlannedBind } from "./plan/to-plan.js";
import type { MountPlan } from "./report.js";
import { baseName, joinPath, parentPath } from "./rootfs/path.js";
import { resolvePath } from "./rootfs/resolve.js";
import { judgeMount } from "./rules/judge.js";
import { worseVerdict } from "./rules/verdict.js";
import { worstSet } from "./worst-answer.js";

export interface Planned {
  readonly plan: MountPlan;
  /** the binds of the plan judged as one set; absent where there are none */
  readonly set?: JudgedSet;
}

/** What was asked on one of the machines that may run the image. */
export interface PlanQuestion {
  readonly world: MountWorld;
  readonly candidates: readonly Candidate[];
}

/**
 * The plan for what a caller of analyze named.
 *
 * @param questions one for each machine
 * @throws ContainerspecError usage where nothing was named that the image shall get
 */
export function planMounts(questions: readonly PlanQuestion[], options: AnalyzeOptions): Planned {
  const { host, libraries = [], profiles = [], mounts = [], onProgress } = options;
  if (libraries.length + profiles.length === 0) {
    throw new ContainerspecError(
      "usage",
      "Cannot plan mounts: nothing was named that the image shall get; name it with --library or --profile, such as --library libmpi.so.40",
    );
  }
  if (mounts.length > 0) {
    throw new ContainerspecError(
      "usage",
      "Cannot plan mounts around those of --mount: a plan finds them itself; leave --mount out, or --plan and --emit",
    );
  }
  onProgress?.({ stage: "looking for a plan", done: 0 });
  const [{ candidates }] = questions as [PlanQuestion];
  return makePlan(
    questions.map(({ world }) => world),
    candidates,
    (folder) => isKnownWhole(host, folder),
  );
}

/**
 * The plan for what was asked for.
 *
 * @param worlds one for each machine that may run the image: a plan holds on all of them
 * @param isWhole whether everything in a folder of the host is known, so that it can be mounted as a whole
 */
function makePlan(
  worlds: readonly MountWorld[],
  wanted: readonly Candidate[],
  isWhole: (folder: string) => boolean,
): Planned {
  const [first] = worlds as [MountWorld];
  const placements: readonly Placement[] = first.placement === "over" ? ["over", "first"] : [first.placement];
  const placed = (placement: Placement): readonly MountWorld[] => worlds.map((world) => ({ ...world, placement }));
  const found = searchPlan(
    placements.map((placement) => toPlanWorld(placed(placement), isWhole)),
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

function toPlanWorld(worlds: readonly MountWorld[], isWhole: (folder: string) => boolean): PlanWorld {
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
    places: (companions) => findCompanionPlaces(companions, { root: host.root, isWhole }),
    judge: (members, places) => judgeOnAll(worlds, members, places),
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
function judgeOnAll(
  worlds: readonly MountWorld[],
  members: readonly Candidate[],
  places: readonly CompanionPlace[],
): Trial {
  let worst: Trial | undefined;
  for (const world of worlds) {
    const trial = judgeTrial(world, members, places);
    if (worst === undefined || worseVerdict(worst.verdict, trial.verdict) !== worst.verdict) worst = trial;
  }
  return worst as Trial;
}

/** While it is searched, only who can meet a mounted file is asked; the plan itself is judged by everybody. */
function judgeTrial(world: MountWorld, members: readonly Candidate[], places: readonly CompanionPlace[]): Trial {
  const { subject, host, placement, mountFolder } = world;
  const landings = members.map((one) => findLanding(subject, host.root, one, placement, mountFolder));
  const binds = places.flatMap((place) => resolveBind(place, subject.root, host.root) ?? []);
  const mountCase = createMountCase(world, { ...addBinds(toMountSet(landings, []), binds), anything: false });
  const { verdict, findings } = judgeMount(mountCase);
  const { failures, mountedPaths, fates, companions } = mountCase;
  const bypasses = fates.slice(0, landings.length).reduce((sum, fate) => sum + countBypasses(fate), 0);
  return { verdict, findings, failures, mountedPaths, companions, bypasses, landings: mountCase.landings };
}

/** Who starts a set-user-ID program in secure-execution mode is no user whom a mount could reach in another way. */
function countBypasses(fate: Fate): number {
  return (isUnreached(fate) ? 1 : 0) + fate.otherCopies.filter(({ secure }) => !secure).length;
}

/** What a runtime gets: members file for file, at the folder and the name that the image's loader searches, and what they need. */
function toBinds({ subject, host }: MountWorld, { world, members, places }: FoundSet): readonly PlannedBind[] {
  const bind = (text: BindText): readonly Bind[] => {
    const found = resolveBind(text, subject.root, host.root);
    return found === undefined ? [] : [found];
  };
  const libraries = [...members].flatMap(([one, why]) => {
    const { target } = world.land(one);
    const folder = resolvePath(subject.root, parentPath(target))?.path ?? parentPath(target);
    const found = bind({ source: one.realPath, target: joinPath(folder, baseName(target)) });
    return found.map((it): PlannedBind => ({ bind: it, kind: "file", why }));
  });
  const companions = places.flatMap(({ source, target, kind, of, without }) =>
    bind({ source, target }).map((it): PlannedBind => ({ bind: it, kind, why: `for ${of}: without it, ${without}` })),
  );
  return [...companions, ...libraries].sort((a, b) => (a.bind.target < b.bind.target ? -1 : 1));
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
