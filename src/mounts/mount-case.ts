/**
 * The question that a rule gets: one candidate (with its companions) at its place in the image, and how every consumer fares
 * with it, compared with how it fared without.
 */
import type { LoadResult } from "../loader/loader.js";
import type { LibcIdentity } from "../loader/libc-identity.js";
import type { LoadScope } from "../loader/scope.js";
import { resolvePath } from "../rootfs/resolve.js";
import { createOverlay } from "../rootfs/overlay.js";
import { baseName } from "../rootfs/path.js";
import type { Baseline, Consumer } from "./baseline.js";
import type { Candidate } from "./candidates.js";
import { findUnversionedCrossings, type Crossing } from "./crossing.js";
import { createFailureList, problemKeys, worseOutcome, type Failure } from "./failure.js";
import type { HostSide } from "./host-side.js";
import { findLanding, toLibraryPath, type Landing, type Placement } from "./landing.js";
import { isSameBuild } from "./same-build.js";
import { withSettings, type RootObject, type Subject } from "./subject.js";
import type { ProblemOutcome } from "../loader/problem.js";

/** More examples of unversioned symbols than a reader wants are not looked for. */
const MAX_CROSSINGS = 5;

export interface MountCase {
  readonly candidate: Candidate;
  readonly placement: Placement;
  /** everything that is mounted: the candidate first, then its companions */
  readonly landings: readonly Landing[];
  /** every path under which the loader met a mounted file */
  readonly mountedPaths: ReadonlySet<string>;
  /** paths of the consumers that load a mounted file, or did load what it replaces */
  readonly consumers: readonly string[];
  /** how many of them fail to start or open, and how many only later */
  readonly broken: number;
  readonly latent: number;
  /** the worst that the simulated loader does */
  readonly outcome: ProblemOutcome;
  readonly failures: readonly Failure[];
  /** unversioned symbols that cross between the image and files of another build: examples, none when there are none */
  readonly crossings: readonly Crossing[];
  /** what the plain search finds for the name instead of the mounted file; undefined where the mount is reached */
  readonly winner?: string;
  /** consumers that ask for the name and still get another copy of the image */
  readonly otherCopies: readonly { readonly consumer: string; readonly path: string }[];
  readonly image: SideFacts;
  readonly host: SideFacts;
}

/** What rules may want to know about the image or the host as a whole. */
export interface SideFacts {
  readonly libc: LibcIdentity;
  readonly objects: readonly RootObject[];
}

export interface MountWorld {
  readonly subject: Subject;
  readonly baseline: Baseline;
  readonly host: HostSide;
  readonly imageFacts: SideFacts;
  readonly hostFacts: SideFacts;
  readonly placement: Placement;
  readonly mountFolder: string;
}

/** Plays through what happens when `candidate` and `companions` are mounted. */
export function createMountCase(world: MountWorld, candidate: Candidate, companions: readonly Candidate[]): MountCase {
  const { subject, baseline, host, placement, mountFolder } = world;
  const landing = findLanding(subject, host.root, candidate, placement, mountFolder);
  const landings = [landing, ...companions.map((one) => findLanding(subject, host.root, one, placement, mountFolder))];

  const root = createOverlay(
    subject.root,
    landings.map(({ mount }) => mount),
  );
  const libraryPath = toLibraryPath(subject, placement, mountFolder);
  const after = withSettings(subject, root, libraryPath === undefined ? {} : { libraryPath });
  const mounted = new Set<object>(landings.map((one) => one.candidate.node));
  const foreign = new Set<object>(landings.filter((one) => !isSameBuild(one)).map((one) => one.candidate.node));
  const replaced = new Set<object>(landings.flatMap((one) => (one.replaced === undefined ? [] : [one.replaced.node])));

  const failures = createFailureList();
  const crossings: Crossing[] = [];
  const mountedPaths = new Set(landings.map(({ target }) => target));
  const consumers: string[] = [];
  const otherCopies: { consumer: string; path: string }[] = [];
  let outcome: ProblemOutcome = "none";
  let broken = 0;
  let latent = 0;
  let isReached = false;

  function look(scope: LoadScope): void {
    for (const { node, path } of scope.objects) if (mounted.has(node)) mountedPaths.add(path);
    if (crossings.length >= MAX_CROSSINGS) return;
    for (const crossing of findUnversionedCrossings(scope, foreign)) {
      if (crossings.length >= MAX_CROSSINGS) return;
      if (!crossings.some(({ symbol }) => symbol === crossing.symbol)) crossings.push(crossing);
    }
  }

  for (const consumer of findAffected(baseline, landings, replaced)) {
    const result = after.loader.load(consumer.path, consumer.node, consumer.elf);
    const worst = failures.add(consumer.path, result, consumer.known);
    outcome = worseOutcome(outcome, worst);
    if (worst === "broken") broken += 1;
    if (worst === "latent") latent += 1;
    const loadsIt = touches(result.scope, mounted);
    isReached ||= loadsIt;
    if (loadsIt || touches(consumer.before.scope, replaced)) consumers.push(consumer.path);
    const copy = findOtherCopy(result.scope, candidate, mounted);
    if (copy !== undefined) otherCopies.push({ consumer: consumer.path, path: copy });
    look(result.scope);
  }
  for (const one of landings) {
    const opened = openMounted(world, after, one);
    if (opened === undefined) continue;
    outcome = worseOutcome(outcome, failures.add(one.target, opened.result, opened.known));
    look(opened.result.scope);
  }

  const winner = findWinner(after, candidate, landing, isReached);
  return {
    candidate,
    placement,
    landings,
    mountedPaths,
    consumers,
    broken,
    latent,
    outcome,
    failures: failures.finish((name, scope, requiredBy) => {
      const by = scope.objects.find(({ path }) => path === requiredBy);
      return after.loader.consider(name, by, subject.like ?? candidate.elf);
    }),
    crossings,
    ...(winner === undefined ? {} : { winner }),
    otherCopies,
    image: world.imageFacts,
    host: world.hostFacts,
  };
}

/** The consumers that a mount can touch; not the image's own files that it covers or shadows. */
function findAffected(
  baseline: Baseline,
  landings: readonly Landing[],
  replaced: ReadonlySet<object>,
): readonly Consumer[] {
  const names = landings.flatMap(({ candidate }) => [candidate.name, baseName(candidate.path)]);
  return baseline.affectedBy(names, replaced).filter(({ node }) => !replaced.has(node));
}

function touches(scope: LoadScope, files: ReadonlySet<object>): boolean {
  return files.size > 0 && scope.objects.some(({ node }) => files.has(node));
}

/**
 * A mounted library is opened where it lands. What its predecessor failed on is not new; nor are symbols that it lacks at home
 * too: those of a plugin come from the program that opens it.
 */
function openMounted(
  { subject, host }: MountWorld,
  after: Subject,
  { candidate, target, replaced }: Landing,
): { result: LoadResult; known: ReadonlySet<string> } | undefined {
  const resolved = resolvePath(after.root, target);
  if (resolved?.node !== candidate.node) return undefined;
  const atHome = [...problemKeys(host.loader.load(candidate.realPath, candidate.node, candidate.elf))]
    .filter(([, { kind }]) => kind === "symbol-not-defined")
    .map(([key]) => key);
  const before =
    replaced === undefined ? [] : problemKeys(subject.loader.load(replaced.path, replaced.node, replaced.elf)).keys();
  return {
    result: after.loader.load(resolved.path, candidate.node, candidate.elf),
    known: new Set([...atHome, ...before]),
  };
}

/** Who answers to the name instead, where neither the plain search nor any consumer reaches the mounted file. */
function findWinner(after: Subject, candidate: Candidate, landing: Landing, reached: boolean): string | undefined {
  if (reached) return undefined;
  const found = after.loader.findPlain(candidate.name, after.like ?? candidate.elf);
  if (found.kind === "found" && found.node === candidate.node) return undefined;
  // A library of another machine is passed over: that is trouble of its own, not a lost race.
  if (found.kind !== "found") return undefined;
  return found.path === landing.target ? undefined : found.path;
}

/** Another file of the image that a consumer loaded under the candidate's name. */
function findOtherCopy(scope: LoadScope, candidate: Candidate, mounted: ReadonlySet<object>): string | undefined {
  const names = new Set([candidate.name, candidate.elf.soname]);
  return scope.objects.find(
    ({ node, path, elf, foundBy }) =>
      !mounted.has(node) &&
      foundBy.kind !== "program" &&
      foundBy.kind !== "opened" &&
      (names.has(elf.soname) || names.has(baseName(path))),
  )?.path;
}
