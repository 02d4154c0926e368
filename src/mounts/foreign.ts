/**
 * Whether a mounted file comes to processes of another C library than the one it was built for. An image may have both: Alpine with
 * a glibc in a folder of its own, Debian with a few programs of musl. What counts is whose loader takes the file.
 */
import type { LoaderFamily } from "../loader/linked-family.js";
import type { LoadResult } from "../loader/load-result.js";
import { loadedObjects } from "../loader/load-result.js";
import type { SearchResult } from "../loader/search-result.js";
import { baseName } from "../rootfs/path.js";
import type { Baseline } from "./baseline.js";
import type { Landing } from "./landing.js";
import type { SideFacts } from "./side.js";
import type { Subject } from "./subject.js";

export interface ForeignList {
  /** Takes in one consumer, with everything mounted. */
  add(after: LoadResult): void;
  /** the mounted files that a loader of another C library takes, or could */
  finish(): ReadonlySet<Landing>;
}

/** @param after the image with everything mounted */
export function createForeignList(
  landings: readonly Landing[],
  after: Subject,
  { requesters }: Pick<Baseline, "requesters">,
  image: SideFacts,
  host: SideFacts,
): ForeignList {
  const takers = new Map<object, Set<LoaderFamily>>(landings.map(({ candidate }) => [candidate.node, new Set()]));

  function isForeign(landing: Landing): boolean {
    const own = host.libc.family;
    const { family } = image.libc;
    if (family !== "glibc" && family !== "musl") return false;
    const takenBy = takers.get(landing.candidate.node) ?? new Set();
    if ([...takenBy].some((one) => one !== own)) return true;
    if (family === own) return false;
    // Most programs are of the other C library: the file is for those few that are not, where no other could come to it.
    const { elf } = landing.candidate;
    return (
      after.like === undefined ||
      reaches(after, landing, after.like, family) ||
      !(takenBy.size > 0 || (after.loader.identityOf(elf)?.family === own && reaches(after, landing, elf, own)))
    );
  }

  /** Whether a process of this C library could come to the file by any of its names. */
  function reaches(
    { loader }: Subject,
    { candidate, target }: Landing,
    like: Landing["candidate"]["elf"],
    family: LoaderFamily,
  ): boolean {
    const names = new Set([candidate.name, baseName(target), candidate.elf.soname ?? candidate.name]);
    const isIt = (found: SearchResult): boolean =>
      found.kind === "found" ? found.node === candidate.node : found.kind !== "missing" && found.path === target;
    return [...names].some(
      (name) =>
        isIt(loader.findPlain(name, like)) ||
        [...requesters(like, family)].some((requester) => isIt(loader.findFor(name, requester, like))),
    );
  }

  return {
    add(result) {
      for (const { node } of loadedObjects(result)) takers.get(node)?.add(result.scope.family);
    },
    finish: () => new Set(landings.filter(isForeign)),
  };
}
