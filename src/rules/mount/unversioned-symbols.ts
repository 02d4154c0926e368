import type { Crossing } from "../../mounts/crossing.js";
import { isSameBuild } from "../../mounts/same-build.js";
import type { Evidence } from "../../report.js";
import { hasForeignCLibrary } from "../foreign-c-library.js";
import { beginWithFile, listSome, nameFile } from "../wording.js";
import type { MountRule } from "../rule.js";

/** Symbols without versions cross the mount: the loader binds them, and only the soname says that they mean the same. */
export const unversionedSymbols: MountRule = {
  id: "unversioned-symbols",
  title: "Symbols without versions cross the mount",
  severity: "note",
  means: "loads",
  *check(mountCase) {
    const { crossings, landings, failures, openSymbols, mpi } = mountCase;
    const [landing] = landings;
    if (landing === undefined || hasForeignCLibrary(mountCase)) return;
    // Versions that should be there and are not are told as what they are.
    if (
      failures.some(
        ({ problem: { kind } }) => kind === "version-information-missing" || kind === "version-table-missing",
      )
    )
      return;
    const captured = crossings.filter((one) => one.captured);
    const bound = crossings.filter((one) => !one.captured);
    const [[taken], [first]] = [captured, bound];
    const bare = landings.find(
      (one) =>
        one.replaced !== undefined &&
        !isSameBuild(one) &&
        !one.candidate.elf.versions.hasDefinitions &&
        // What programs open with dlopen to find MPI's functions is promised, too.
        !mpi.some(({ landing: promised, contract }) => promised === one && contract !== undefined),
    );
    if (taken !== undefined) {
      yield {
        message: `${beginWithFile(mountCase, taken.usedBy)} no longer uses its own ${listSymbols(captured)} but what ${nameFile(mountCase, taken.provider)} calls so: the loader takes the first definition of a name, and nothing promises that the two mean the same`,
        subjects: [landing.target],
        evidence: toEvidence(captured),
      };
    }
    if (first !== undefined) {
      yield {
        message: `${beginWithFile(mountCase, first.usedBy)} binds ${listSymbols(bound)} of ${nameFile(mountCase, first.provider)} without a version: nothing but the soname promises that they still mean the same`,
        subjects: [landing.target],
        evidence: toEvidence(bound),
      };
    } else if (taken !== undefined) {
      return;
    } else if (openSymbols.length > 0) {
      yield {
        message: `${landing.candidate.name} needs ${listSome(openSymbols, 3)} of the program that opens it, and which program that is nobody can tell from here`,
        subjects: [landing.target],
        evidence: openSymbols
          .slice(0, 20)
          .map((name) => ({ kind: "symbol", name, usedBy: landing.target, binding: "eager" })),
      };
    } else if (bare !== undefined) {
      const { candidate, target } = bare;
      yield {
        message: `${candidate.name} defines no versions, so that nothing but the soname promises that programs which open it with dlopen find what they knew`,
        subjects: [target],
        evidence: [{ kind: "value", what: `versions defined by ${candidate.name}`, found: "none", expected: "some" }],
      };
    }
  },
};

function listSymbols(crossings: readonly Crossing[]): string {
  return listSome(
    crossings.map(({ symbol }) => symbol),
    3,
  );
}

function toEvidence(crossings: readonly Crossing[]): Evidence[] {
  return crossings.map(({ symbol, usedBy, binding }) => ({ kind: "symbol", name: symbol, usedBy, binding }));
}
