/**
 * A mounted file used where it lands: a library is opened there as dlopen does it, whatever else it may be; a program is started.
 * What its predecessor failed on is not new. Nor are symbols that it lacks at home too, where it had none, or where it lies in a folder
 * that no loader searches. A plugin has symbols from the program that opens it, and nobody can tell from here whether they suit the
 * plugin of another build.
 */
import { isLibraryName } from "../loader/library-name.js";
import { loadedObjects, type LoadResult } from "../loader/load-result.js";
import { baseName } from "../rootfs/path.js";
import { resolvePath } from "../rootfs/resolve.js";
import { problemKeys } from "./failure.js";
import type { HostSide } from "./host-side.js";
import type { Landing } from "./landing.js";
import type { Subject } from "./subject.js";

export interface OpenedMount {
  readonly result: LoadResult;
  /** how its predecessor is opened without the mount; where it has none, how itself is opened at home */
  readonly before?: LoadResult;
  /** keys of the problems that are not held against the mount */
  readonly known: ReadonlySet<string>;
  /** names of the symbols that it lacks as its predecessor does, or as it does at home */
  readonly open: readonly string[];
}

/** @param after the image with everything mounted */
export function openMounted(
  { subject, host }: { readonly subject: Subject; readonly host: HostSide },
  after: Subject,
  { candidate, target, replaced }: Landing,
): OpenedMount {
  const { node, elf, path } = candidate;
  const resolved = resolvePath(after.root, target);
  if (resolved?.node !== node) return { result: hiddenAt(target), known: new Set(), open: [] };
  const how = isLibraryName(baseName(target)) ? "open" : "use";
  // A library's $ORIGIN is the folder that it was searched in; a program's is where the file really lies.
  const result = after.loader.load(how === "open" ? target : resolved.path, node, elf, how);
  const before =
    replaced === undefined
      ? host.loader.load(path, node, elf, how)
      : subject.loader.load(replaced.path, replaced.node, replaced.elf, how);
  const earlier = problemKeys(before);
  const isPlugin = replaced !== undefined && !isSearched(after, target, candidate);
  const atHome = isPlugin ? problemKeys(host.loader.load(path, node, elf, how)) : earlier;
  const missing = [...problemKeys(result)].flatMap(([key, problem]) =>
    problem.kind === "symbol-not-defined" && atHome.has(key) ? [{ key, problem }] : [],
  );
  const own = new Set(loadedObjects(result).flatMap((object) => (object.node === node ? object.path : [])));
  // Where a version is asked for, the library that has it is known, and was missing before.
  const open = missing.flatMap(({ problem: { symbol, version, requiredBy } }) =>
    own.has(requiredBy) && (version === undefined || replaced === undefined) ? symbol : [],
  );
  const known = missing.map(({ key }) => key);
  return { result, before, known: new Set(replaced === undefined ? known : [...earlier.keys(), ...known]), open };
}

/** Whether somebody who asks for it by its name gets it. */
function isSearched({ loader }: Subject, target: string, { node, elf }: Landing["candidate"]): boolean {
  const found = loader.findPlain(baseName(target), elf);
  return found.kind === "found" && found.node === node;
}

/** Something else is mounted over the file: what becomes of it, nobody has looked at. */
function hiddenAt(target: string): LoadResult {
  return {
    scope: { start: target, kind: "library", family: "glibc", objects: [], requested: new Set(), problems: [] },
    problems: [
      {
        kind: "library-unreadable",
        name: baseName(target),
        path: target,
        requiredBy: target,
        reason: "another mount covers this path",
      },
    ],
  };
}
