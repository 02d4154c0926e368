/**
 * Libraries of two images, put together where one is what the other has become: under one name, or, where a project has given its
 * library another name with a new ABI (libssl.so.1.1 and libssl.so.3), under what stays of it. The surest sign goes first, and whatever
 * two libraries of one side share tells nothing.
 */
import { baseName, parentPath } from "../../rootfs/path.js";
import type { SideLibrary } from "./image-side.js";

export interface LibraryPairs {
  readonly pairs: readonly { readonly before: SideLibrary; readonly after: SideLibrary }[];
  readonly removed: readonly SideLibrary[];
  readonly added: readonly SideLibrary[];
}

type KeyOf = (library: SideLibrary) => string | undefined;

const SIGNS: readonly KeyOf[] = [
  ({ name, path }) => `${name} ${path}`,
  ({ name, path, isFound }) => `${name} ${parentPath(path)} ${isFound}`,
  ({ name, isFound }) => `${name} ${isFound}`,
  ({ name }) => name,
  ({ path }) => path,
  ({ name, path }) => `${findStem(name) ?? baseName(path)} ${parentPath(path)}`,
  ({ name }) => findStem(name),
  ({ name }) => findProject(name),
];

/** Every library of both once: in a pair, or as one that went or came. */
export function pairLibraries(before: readonly SideLibrary[], after: readonly SideLibrary[]): LibraryPairs {
  const pairs: { before: SideLibrary; after: SideLibrary }[] = [];
  let [removed, added] = [before, after];
  for (const sign of SIGNS) {
    const [left, right] = [indexOnly(removed, sign), indexOnly(added, sign)];
    for (const [key, one] of left) {
      const other = right.get(key);
      if (one !== undefined && other !== undefined) pairs.push({ before: one, after: other });
    }
    const paired = new Set(pairs.flatMap((pair) => [pair.before, pair.after]));
    removed = removed.filter((one) => !paired.has(one));
    added = added.filter((one) => !paired.has(one));
  }
  return { pairs, removed, added };
}

/** The library of each key, undefined where several have it. */
function indexOnly(libraries: readonly SideLibrary[], sign: KeyOf): ReadonlyMap<string, SideLibrary | undefined> {
  const found = new Map<string, SideLibrary | undefined>();
  for (const library of libraries) {
    const sure = sign(library);
    if (sure === undefined) continue;
    const key = `${library.machine} ${sure}`;
    found.set(key, found.has(key) ? undefined : library);
  }
  return found;
}

/** "libssl" of libssl.so.1.1; undefined for a name that is no library's. */
function findStem(name: string): string | undefined {
  return /^(.+?)\.so(?:\.|$)/.exec(name)?.[1];
}

/** "libpython" of libpython3.11.so.1.0, "libLLVM" of libLLVM-14.so.1: numbers that are plainly a release; libx264 is no libx of 264. */
function findProject(name: string): string | undefined {
  const stem = findStem(name);
  return stem?.replace(/(?:-[0-9]+(?:\.[0-9]+)*|[0-9]+(?:\.[0-9]+)+)[a-z]?$/, "") ?? undefined;
}
