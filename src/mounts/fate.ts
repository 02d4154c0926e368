/** How a mounted file fares: who loads it, who goes on using another copy, and who answers to its name where nobody comes to it. */
import { sameAbi } from "../loader/abi.js";
import { abiOf } from "../loader/identity.js";
import { loadedObjects, type LoadResult } from "../loader/load-result.js";
import type { ProblemOutcome } from "../loader/problem.js";
import type { LoadedObject } from "../loader/scope.js";
import type { SearchResult } from "../loader/search-result.js";
import { baseName } from "../rootfs/path.js";
import type { Baseline } from "./baseline.js";
import type { Landing } from "./landing.js";
import type { Subject } from "./subject.js";

export interface Fate {
  readonly landing: Landing;
  /** paths of the consumers that load it, or did load what it replaces */
  readonly consumers: readonly string[];
  readonly broken: number;
  readonly latent: number;
  /** what the plain search finds for the name instead; undefined where the mounted file is reached by any search */
  readonly winner?: string;
  /** a consumer that asks for it by name and finds nothing, where nobody loads it */
  readonly missedBy?: string;
  /** consumers that ask for the name and still get another copy of the image */
  readonly otherCopies: readonly OtherCopy[];
}

export interface OtherCopy {
  readonly consumer: string;
  readonly path: string;
  /** only who starts a set-user-ID program in secure-execution mode gets it (ld.so(8)): LD_LIBRARY_PATH is ignored there */
  readonly secure: boolean;
}

export interface FateList {
  /** Takes in one consumer: what it loads without and with the mount, and how it came out. */
  add(consumer: string, before: LoadResult, after: LoadResult, outcome: ProblemOutcome): void;
  finish(): readonly Fate[];
}

/** Whether nobody gets it who could: another file answers to its name, or who asks for it finds nothing. */
export function isUnreached({ winner, missedBy }: Fate): boolean {
  return winner !== undefined || missedBy !== undefined;
}

/** @param after the image with everything mounted */
export function createFateList(
  landings: readonly Landing[],
  after: Subject,
  { requesters }: Pick<Baseline, "requesters">,
): FateList {
  const mounted = new Set<object>(landings.map(({ candidate }) => candidate.node));
  const traced = landings.map((landing) => ({
    landing,
    isReached: false,
    consumers: [] as string[],
    broken: 0,
    latent: 0,
    otherCopies: [] as OtherCopy[],
    missing: undefined as string | undefined,
  }));
  return {
    add(consumer, before, after, outcome) {
      for (const fate of traced) {
        const { candidate, replaced } = fate.landing;
        const loads = loadedObjects(after).some(({ node }) => node === candidate.node);
        fate.isReached ||= loads;
        if (loads || (replaced !== undefined && loadedObjects(before).some(({ node }) => node === replaced.node))) {
          fate.consumers.push(consumer);
          if (outcome === "broken") fate.broken += 1;
          if (outcome === "latent") fate.latent += 1;
        }
        if (misses(after, candidate)) fate.missing ??= consumer;
        const plain = findOtherCopy(after.scope.objects, fate.landing, mounted);
        const path = plain ?? findOtherCopy(after.others ?? [], fate.landing, mounted);
        if (path !== undefined) fate.otherCopies.push({ consumer, path, secure: plain === undefined });
      }
    },
    finish: () =>
      traced.map(({ isReached, missing, ...fate }) => {
        if (isReached) return fate;
        const winner = findWinner(after, fate.landing, requesters);
        if (winner !== undefined) return { ...fate, winner };
        return missing === undefined || isFound(after, fate.landing) ? fate : { ...fate, missedBy: missing };
      }),
  };
}

/**
 * Who answers to the name instead, where no search reaches the mounted file: neither the plain one, nor that of any object whose
 * RPATH or RUNPATH leads elsewhere. That none of those has DT_NEEDED on it means little: plugins and drivers are opened by name.
 */
function findWinner(
  after: Subject,
  { candidate, target }: Landing,
  requesters: Baseline["requesters"],
): string | undefined {
  // Whoever could load it is who searches: a 32-bit program for a 32-bit library.
  const like = after.uses(candidate.elf) ? candidate.elf : (after.like ?? candidate.elf);
  const isIt = (found: SearchResult): boolean =>
    found.kind === "found" && (found.node === candidate.node || found.path === target);
  const found = after.loader.findPlain(candidate.name, like);
  // A library of another machine is passed over: that is trouble of its own, not a lost race.
  if (found.kind !== "found" || isIt(found)) return undefined;
  for (const requester of requesters(like)) {
    if (isIt(after.loader.findFor(candidate.name, requester, like))) return undefined;
  }
  return found.path;
}

/** Another file of the image that a consumer loaded under the candidate's name: one that the mounted file could stand in for. */
function findOtherCopy(
  objects: readonly LoadedObject[],
  { candidate }: Landing,
  mounted: ReadonlySet<object>,
): string | undefined {
  return objects.find(
    ({ node, path, elf, foundBy }) =>
      !mounted.has(node) &&
      foundBy.kind !== "program" &&
      foundBy.kind !== "opened" &&
      sameAbi(abiOf(elf), abiOf(candidate.elf)) &&
      (isName(candidate, elf.soname) || isName(candidate, baseName(path))),
  )?.path;
}

/** Whether an object of the candidate's machine asks for it by name, and finds nothing. */
function misses({ problems, scope }: LoadResult, candidate: Landing["candidate"]): boolean {
  return problems.some((problem) => {
    if (problem.kind !== "library-not-found" || !isName(candidate, problem.name)) return false;
    const asker = scope.objects.find(({ path }) => path === problem.requiredBy);
    return asker !== undefined && sameAbi(abiOf(asker.elf), abiOf(candidate.elf));
  });
}

/** Whether the plain search finds the mounted file under the name by which it is needed: who opens it so gets it. */
function isFound(after: Subject, { candidate: { name, node, elf } }: Landing): boolean {
  const found = after.loader.findPlain(elf.soname ?? name, elf);
  return found.kind !== "missing" && (found.kind !== "found" || found.node === node);
}

function isName({ name, elf }: Landing["candidate"], text: string | undefined): boolean {
  return text !== undefined && (text === name || text === elf.soname);
}
