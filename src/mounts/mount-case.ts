/**
 * The question that a rule gets: what is mounted together, at its place in the image, and how every consumer fares with it,
 * compared with how it fared without.
 */
import { asksUnknown, loadedObjects, type LoadResult } from "../loader/load-result.js";
import type { LoadScope } from "../loader/scope.js";
import type { Architecture } from "../loader/platform-abi.js";
import type { LoaderFamily } from "../loader/linked-family.js";
import { createOverlay } from "../rootfs/overlay.js";
import { baseName } from "../rootfs/path.js";
import { resolvePath } from "../rootfs/resolve.js";
import type { Baseline, Consumer } from "./baseline.js";
import { findCaptures } from "./capture.js";
import { findCompanionAnswers, type CompanionAnswer } from "./companion-files.js";
import { createCrossingList, type Crossing } from "./crossing.js";
import { findDriverReleases, type DriverReleases } from "./driver-releases.js";
import { createFailureList, type Failure } from "./failure.js";
import { createFateList, isUnreached, type Fate } from "./fate.js";
import type { HostSide } from "./host-side.js";
import { toLibraryPath, type Landing, type Placement } from "./landing.js";
import { findMpiPairs, type MpiPair } from "./mpi-pairs.js";
import type { MountSet } from "./mount-set.js";
import { openMounted } from "./mounted.js";
import { createForeignList } from "./foreign.js";
import { createPrivateCrossingList, type PrivateCrossing } from "./private-crossing.js";
import { isSameBuild } from "./same-build.js";
import type { Launch } from "./launch.js";
import { recache, type LdCacheMode } from "./ld-cache-mode.js";
import { createSide, type SideFacts } from "./side.js";
import { createTypeChangeList, type TypeChange } from "./type-change.js";
import { withSettings, type Subject } from "./subject.js";

export interface MountCase {
  readonly placement: Placement;
  /** everything that is mounted and that a loader may meet: what is asked about first, then companions */
  readonly landings: readonly Landing[];
  /** how each mounted file that was asked about fares, in the order of `landings` */
  readonly fates: readonly Fate[];
  /** whether any of those is what some search arrives at */
  readonly isReached: boolean;
  /** every path under which the loader met a mounted file */
  readonly mountedPaths: ReadonlySet<string>;
  /** paths of the consumers that load a mounted file, or did load what it replaces */
  readonly consumers: readonly string[];
  /** how many of them fail to start or open, and how many only later */
  readonly broken: number;
  readonly latent: number;
  readonly failures: readonly Failure[];
  /** unversioned symbols that cross between the image and files of another build: examples, none when there are none */
  readonly crossings: readonly Crossing[];
  /** symbols of private versions that do so: examples for each pair of files */
  readonly privateCrossings: readonly PrivateCrossing[];
  /** symbols that are of another sort than their users were linked for: examples */
  readonly typeChanges: readonly TypeChange[];
  /** symbols of mounted files that nothing defines, neither at home nor before: the program that opens them must have them */
  readonly openSymbols: readonly string[];
  /** those of the landings that a loader of another C library than the host's takes, or could */
  readonly foreign: ReadonlySet<Landing>;
  /** whose loader each of the consumers is loaded by */
  readonly families: ReadonlyMap<string, LoaderFamily>;
  /** files of the image that nobody sees any more: covered, shadowed, or below a folder that is mounted */
  readonly hidden: ReadonlySet<object>;
  /** layers of the image that could not be read, counted from the base: what they hold may change all of the above */
  readonly unreadLayers: readonly number[];
  /** what mounted libraries need beside them, as far as the host has it; not looked for where all is asked to go well */
  readonly companions: readonly CompanionAnswer[];
  /** mounted MPI libraries that take the place of one of the image's */
  readonly mpi: readonly MpiPair[];
  /** mounted parts of drivers, and the releases that they are of */
  readonly drivers: readonly DriverReleases[];
  readonly image: SideFacts;
  readonly host: SideFacts;
}

export interface MountWorld {
  readonly subject: Subject;
  /** what the image says that it is for */
  readonly platform?: Architecture;
  /** how the image's processes are started, but for what a placement adds */
  readonly launch: Launch;
  readonly baseline: Baseline;
  readonly host: HostSide;
  readonly imageFacts: SideFacts;
  readonly hostFacts: SideFacts;
  readonly placement: Placement;
  readonly mountFolder: string;
  readonly ldCache: LdCacheMode;
  /** whether folders of the host are mounted so that the container may write to them */
  readonly areFoldersWritable: boolean;
  readonly unreadLayers: readonly number[];
}

/**
 * Plays through what happens when a set of files is mounted.
 *
 * @param until `broken` ends at the first consumer that breaks, for whoever only asks whether all goes well
 */
export function createMountCase(world: MountWorld, asked: MountSet, until: "end" | "broken" = "end"): MountCase {
  const { subject, baseline } = world;
  // A cache that is written anew, or taken away, can lead everybody elsewhere, as a bind can.
  const anything = asked.anything || world.ldCache !== "shipped";
  const set = { ...asked, anything };
  const landings = [...set.asked, ...set.companions];
  const after = mountOver(world, set);
  const mounted = new Set<object>(landings.map(({ candidate }) => candidate.node));
  const otherBuilds = new Set<object>(
    landings.filter((landing) => !isSameBuild(landing)).map(({ candidate }) => candidate.node),
  );

  const failures = createFailureList();
  const mpi = findMpiPairs(landings);
  const promised = new Map(
    mpi.flatMap(({ landing, contract }) => (contract ? [[landing.candidate.node, contract.symbols]] : [])),
  );
  const crossings = createCrossingList(otherBuilds, promised);
  const privateCrossings = createPrivateCrossingList(otherBuilds);
  const typeChanges = createTypeChangeList(otherBuilds);
  const fates = createFateList(set.asked, after, baseline);
  const foreign = createForeignList(landings, after, baseline, world.imageFacts, world.hostFacts);
  const families = new Map<string, LoaderFamily>();
  const mountedPaths = new Set(landings.map(({ target }) => target));
  const consumers: string[] = [];
  let [broken, latent] = [0, 0];

  function look(result: LoadResult, before: LoadResult | undefined): void {
    for (const { node, path } of loadedObjects(result)) if (mounted.has(node)) mountedPaths.add(path);
    lookInto(result.scope, before?.scope);
    if (result.secure !== undefined) lookInto(result.secure, before?.secure ?? before?.scope);
  }

  function lookInto(scope: LoadScope, before: LoadScope | undefined): void {
    const captures = [...findCaptures(scope, before, otherBuilds)];
    crossings.add(scope, captures);
    privateCrossings.add(scope);
    typeChanges.add(scope, captures);
  }

  const names = namesOf(set);
  for (const consumer of findAffected(baseline, set, names, after)) {
    const result = after.loader.load(consumer.path, consumer.node, consumer.elf);
    const isTouched =
      touches(result, mounted) ||
      touches(consumer.before, set.hidden) ||
      asksUnknown(result) ||
      result.problems.some((problem) => problem.kind === "library-unreadable" && names.has(problem.name)) ||
      (set.anything && !loadsAlike(consumer.before, result));
    const worst = failures.add(consumer.path, result, consumer.known, isTouched);
    if (worst === "broken") broken += 1;
    if (worst === "latent") latent += 1;
    if (isTouched) consumers.push(consumer.path);
    families.set(consumer.path, result.scope.family);
    foreign.add(result);
    fates.add(consumer.path, consumer.before, result, worst);
    look(result, consumer.before);
    if (until === "broken" && worst === "broken") break;
  }
  const openSymbols = new Set<string>();
  for (const landing of landings) {
    const { result, before, known, open } = openMounted(world, after, landing);
    if (!isSameBuild(landing)) for (const symbol of open) openSymbols.add(symbol);
    failures.add(landing.target, result, known, true);
    look(result, before);
  }

  const found = fates.finish();
  return {
    placement: world.placement,
    landings,
    fates: found,
    isReached: found.length === 0 || !found.every(isUnreached),
    mountedPaths,
    consumers,
    broken,
    latent,
    failures: failures.finish((name, scope, requiredBy) => {
      const by = scope.objects.find(({ path }) => path === requiredBy);
      const own = by !== undefined && subject.uses(by.elf) ? by.elf : undefined;
      const like = own ?? subject.like ?? by?.elf ?? landings[0]?.candidate.elf;
      return like === undefined ? [] : after.loader.consider(name, by, like);
    }),
    crossings: crossings.finish(),
    privateCrossings: privateCrossings.finish(),
    typeChanges: typeChanges.finish(),
    openSymbols: [...openSymbols],
    foreign: foreign.finish(),
    families,
    hidden: set.hidden,
    unreadLayers: world.unreadLayers,
    companions: until === "broken" ? [] : findCompanionAnswers(landings, { host: world.host, after }),
    mpi,
    drivers: findDriverReleases(landings, world.host.kernelModules),
    image: world.imageFacts,
    host: world.hostFacts,
  };
}

/** The image with the set on top, in the environment of the placement. */
function mountOver(world: MountWorld, { mounts, anything }: MountSet): Subject {
  const { subject, platform, launch, placement, mountFolder, ldCache, areFoldersWritable } = world;
  const mounted = createOverlay(subject.root, mounts);
  const libraryPath = toLibraryPath(subject, placement, mountFolder);
  const { root, ...cached } = recache(ldCache, subject, mounted, mounts, areFoldersWritable) ?? { root: mounted };
  // Another cache, another C library, no preloads any more: what a root says of its processes is read anew.
  const from = anything
    ? { ...subject, settings: createSide(root, { ...launch, ...cached }, platform).subject.settings }
    : subject;
  return withSettings(from, root, libraryPath === undefined ? {} : { libraryPath });
}

/** The names under which somebody may ask for what is mounted. */
function namesOf({ asked, companions }: MountSet): ReadonlySet<string> {
  return new Set(
    [...asked, ...companions].flatMap(({ candidate: { name, path, elf }, target }) => [
      name,
      baseName(path),
      baseName(target),
      ...(elf.soname === undefined ? [] : [elf.soname]),
    ]),
  );
}

/**
 * The consumers that a mount can touch, but for those that it covers or stands before. A library alone touches those who ask for
 * its names or load what it hides; whatever else is mounted can make live links, hide them, or lead everybody elsewhere.
 */
function findAffected(
  baseline: Baseline,
  set: MountSet,
  names: ReadonlySet<string>,
  after: Subject,
): readonly Consumer[] {
  const landings = [...set.asked, ...set.companions];
  const shadowed = new Set(
    landings.flatMap(({ replaced }) => (replaced === undefined ? [] : resolvePath(after.root, replaced.path)?.path)),
  );
  const affected = set.anything ? baseline.consumers : baseline.affectedBy(names, set.hidden);
  return affected.filter(({ path, node }) => !shadowed.has(path) && after.root.lookup(path) === node);
}

function loadsAlike(before: LoadResult, after: LoadResult): boolean {
  const [one, other] = [loadedObjects(before), loadedObjects(after)];
  return (
    one.length === other.length && one.every(({ node, path }, i) => other[i]?.node === node && other[i].path === path)
  );
}

function touches(result: LoadResult, files: ReadonlySet<object>): boolean {
  return files.size > 0 && loadedObjects(result).some(({ node }) => files.has(node));
}
