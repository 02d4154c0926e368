/**
 * A failure is one cause of trouble that the mount brings, with every consumer that meets it. Troubles are told apart by kind,
 * object, library and version or symbol, and objects by their DT_SONAME: the same library may lie under another file name.
 */
import type { LoadResult } from "../loader/load-result.js";
import { toLoaderMessage } from "../loader/loader-message.js";
import { outcomeOf, plainTwin, problemKey, type LoadProblem, type ProblemOutcome } from "../loader/problem.js";
import type { LoadScope } from "../loader/scope.js";
import type { ConsideredPlace } from "../loader/search-result.js";

export interface Failure {
  readonly problem: LoadProblem;
  readonly outcome: ProblemOutcome;
  /** paths of the consumers, in order */
  readonly subjects: readonly string[];
  /** what the real loader would tell the first of them */
  readonly loaderMessage: string;
  /** the places where a library that was not found was looked for, for the first of them */
  readonly considered: readonly ConsideredPlace[];
}

/** The problems of a load under their keys. */
export function problemKeys({ scope, problems }: LoadResult): Map<string, LoadProblem> {
  const names = new Map<string, string>();
  for (const { path, elf } of scope.objects) if (elf.soname !== undefined) names.set(path, elf.soname);
  return new Map(
    problems.map((problem) => [
      problemKey({ ...problem, requiredBy: names.get(problem.requiredBy) ?? problem.requiredBy }),
      problem,
    ]),
  );
}

interface Gathering {
  readonly problem: LoadProblem;
  readonly scope: LoadScope;
  readonly subjects: string[];
}

export interface FailureList {
  /**
   * Adds what is new in a load; says how bad the worst of it is.
   *
   * @param isTouched whether a mounted file takes part: what could not be read then is a question again, even where it was one
   * without the mount
   */
  add(subject: string, after: LoadResult, known: ReadonlySet<string>, isTouched: boolean): ProblemOutcome;
  /** All failures, each with its subjects. */
  finish(
    consider: (name: string, scope: LoadScope, requiredBy: string) => readonly ConsideredPlace[],
  ): readonly Failure[];
}

const ORDER: readonly ProblemOutcome[] = ["none", "latent", "unknown", "broken"];

/** The worse of two outcomes. */
function worseOutcome(a: ProblemOutcome, b: ProblemOutcome): ProblemOutcome {
  return ORDER.indexOf(a) >= ORDER.indexOf(b) ? a : b;
}

export function createFailureList(): FailureList {
  const gathered = new Map<string, Gathering>();
  return {
    add(subject, after, known, isTouched) {
      let worst: ProblemOutcome = "none";
      const problems = problemKeys(after);
      for (const [key, problem] of problems) {
        if (known.has(key) && !(isTouched && outcomeOf(problem) === "unknown")) continue;
        // What breaks for everybody is told once.
        const twin = plainTwin(key);
        if (twin !== undefined && problems.has(twin) && !known.has(twin)) continue;
        worst = worseOutcome(worst, outcomeOf(problem));
        const entry = gathered.get(key);
        if (entry === undefined) gathered.set(key, { problem, scope: after.scope, subjects: [subject] });
        else entry.subjects.push(subject);
      }
      return worst;
    },
    finish(consider) {
      const causes = withoutConsequences([...gathered.values()]);
      return causes.map(({ problem, scope, subjects }) => ({
        problem,
        outcome: outcomeOf(problem),
        subjects,
        loaderMessage: toLoaderMessage(problem, scope.kind === "program" ? scope.start : undefined),
        considered: problem.kind === "library-not-found" ? consider(problem.name, scope, problem.requiredBy) : [],
      }));
    },
  };
}

/**
 * A symbol of a version that its library does not define is missing because of that: the loader stops at the version and never
 * comes to the symbol. Where a version is told for all who miss the symbol, the symbol is no second cause.
 */
function withoutConsequences(gathered: readonly Gathering[]): readonly Gathering[] {
  const versions = new Map<string, Set<string>>();
  for (const { problem, subjects } of gathered) {
    if (problem.kind !== "version-not-defined") continue;
    const key = `${problem.requiredBy} ${problem.version}`;
    versions.set(key, new Set([...(versions.get(key) ?? []), ...subjects]));
  }
  return gathered.filter(({ problem, subjects }) => {
    if (problem.kind !== "symbol-not-defined" || problem.version === undefined) return true;
    const told = versions.get(`${problem.requiredBy} ${problem.version}`);
    return told === undefined || !subjects.every((subject) => told.has(subject));
  });
}
