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
        const plain = findOtherCopy(after.scope.objects, fate.landing, mounted);
        const path = plain ?? findOtherCopy(after.others ?? [], fate.landing, mounted);
        if (path !== undefined) fate.otherCopies.push({ consumer, path, secure: plain === undefined });
      }
    },
    finish: () =>
      traced.map(({ isReached, ...fate }) => {
        const winner = isReached ? undefined : findWinner(after, fate.landing, requesters);
        return { ...fate, ...(winner === undefined ? {} : { winner }) };
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

function isName({ name, elf }: Landing["candidate"], text: string | undefined): boolean {
  return text !== undefined && (text === name || text === elf.soname);
}
