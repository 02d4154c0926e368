/**
 * Which failures are causes. The simulated loader goes on where the real one stops, and so also meets what only follows from the
 * first trouble: a symbol is not defined because the library that has it was not found. A finding is one cause, so that what
 * follows is left out, where the cause itself is told.
 */
import type { LoadProblem } from "../loader/problem.js";
import type { Failure } from "../mounts/failure.js";
import type { MountCase } from "../mounts/mount-case.js";

/** The failures that need telling, and from which the loader's answer follows. */
export function findCauses({ failures }: MountCase): readonly Failure[] {
  const first = failures.filter(({ problem }) => FIRST_TROUBLES.has(problem.kind));
  return failures.filter((failure) => {
    const causes = first.filter((other) => mayCause(other, failure));
    return !failure.subjects.every((subject) => causes.some(({ subjects }) => subjects.includes(subject)));
  });
}

/** What others may follow from. */
const FIRST_TROUBLES: ReadonlySet<LoadProblem["kind"]> = new Set<LoadProblem["kind"]>([
  "library-not-found",
  "library-not-loadable",
  "library-unreadable",
  "version-table-missing",
]);

/** Whether the second failure is what the first one looks like further on. */
function mayCause({ problem: first }: Failure, { problem: second }: Failure): boolean {
  switch (second.kind) {
    case "symbol-not-defined":
      return (
        first.kind === "library-not-found" ||
        first.kind === "library-not-loadable" ||
        first.kind === "library-unreadable"
      );
    case "version-information-missing":
      // Who starts all the same is told at each start.
      return (
        first.kind === "version-table-missing" &&
        first.binding === "eager" &&
        first.provider === second.provider &&
        first.requiredBy === second.requiredBy
      );
    default:
      return false;
  }
}
