/**
 * What a load comes to: the scope, with everything that is wrong in it. Where nobody knows which loader it would be, or which
 * release of it, there is no answer, or only the one that all of them give.
 */
import { bindSymbols } from "./bind-symbols.js";
import { findDamaged, withoutGuesses } from "./damaged.js";
import type { LoadContext } from "./load-context.js";
import { problemKey, type LoadProblem } from "./problem.js";
import type { LoadedObject, LoadScope } from "./scope.js";

export interface LoadResult {
  readonly scope: LoadScope;
  /** what becomes of a set-user-ID program for whom it runs in secure-execution mode */
  readonly secure?: LoadScope;
  /** what is loaded for those alone */
  readonly others?: readonly LoadedObject[];
  /** load, version and symbol problems together */
  readonly problems: readonly LoadProblem[];
}

/** Whether a library is loaded of which nobody knows what it asks for. (A program of that sort is nobody's search.) */
export function asksUnknown(result: LoadResult): boolean {
  return loadedObjects(result).some(
    ({ elf, foundBy }) => elf.damage?.dependencies === "unknown" && foundBy.kind !== "program",
  );
}

/** Every object that somebody who uses a file gets loaded. */
export function loadedObjects({ scope, others }: LoadResult): readonly LoadedObject[] {
  return others === undefined ? scope.objects : [...scope.objects, ...others];
}

/**
 * Loads and binds in each of the processes that it might be.
 *
 * @param contexts none where no loader is known; the oldest and the newest release of glibc where only that is not known
 * @param path what is loaded
 * @param bindNow LD_BIND_NOW is set
 */
export function completeLoad(
  contexts: readonly LoadContext[],
  path: string,
  bindNow: boolean,
  load: (context: LoadContext) => LoadScope,
): LoadResult {
  const [first, last = first] = contexts;
  if (first === undefined || last === undefined) {
    const scope: LoadScope = {
      start: path,
      kind: "library",
      family: "glibc",
      objects: [],
      requested: new Set(),
      problems: [],
    };
    return { scope, problems: [toUnknown(path, path, "no loader is known that would load it")] };
  }
  const result = bind(load(first), first, bindNow);
  return first === last ? result : joinReleases(result, bind(load(last), last, bindNow), first.identity.interp);
}

function bind(scope: LoadScope, { root, identity }: LoadContext, bindNow: boolean): LoadResult {
  const found = [...scope.problems, ...findDamaged(scope, root, identity.interp)];
  // musl's scopes have been bound: its loader does all in one go.
  if (identity.family === "musl") return { scope, problems: withoutGuesses(found) };
  const problems = withoutGuesses([...found, ...bindSymbols(scope, identity)]);
  return { scope, problems: bindNow ? problems.map(toEager) : problems };
}

/** What two releases agree on, and the question that remains where they do not. */
function joinReleases(oldest: LoadResult, newest: LoadResult, interp: string): LoadResult {
  const old = new Set(oldest.problems.map(problemKey));
  const young = new Set(newest.problems.map(problemKey));
  const common = newest.problems.filter((problem) => old.has(problemKey(problem)));
  const isSame = old.size === young.size && [...old].every((key) => young.has(key));
  if (isSame) return { ...newest, problems: common };
  const reason = "it does not say which release of glibc it belongs to, and releases differ in what they do here";
  return { ...newest, problems: [...common, toUnknown(interp, newest.scope.start, reason)] };
}

function toUnknown(path: string, requiredBy: string, reason: string): LoadProblem {
  return { kind: "library-unreadable", name: path, path, requiredBy, reason };
}

/** LD_BIND_NOW: what would wait for the first call is missed at once. */
function toEager(problem: LoadProblem): LoadProblem {
  return "binding" in problem ? { ...problem, binding: "eager" } : problem;
}

/** A program as root starts it, with what others ask for and load, and what goes wrong for them. */
export function joinResults(plain: LoadResult, secure: LoadResult): LoadResult {
  const own = new Set(plain.scope.objects.map(({ node }) => node));
  return {
    secure: secure.scope,
    scope: { ...plain.scope, requested: new Set([...plain.scope.requested, ...secure.scope.requested]) },
    others: secure.scope.objects.filter(({ node }) => !own.has(node)),
    problems: [...plain.problems, ...secure.problems.map((problem) => ({ ...problem, secure: true }))],
  };
}
