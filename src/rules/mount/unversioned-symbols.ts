import { isSameBuild } from "../../mounts/same-build.js";
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
    const { crossings, landings, failures, openSymbols, image, host } = mountCase;
    const [landing] = landings;
    if (landing === undefined || hasForeignCLibrary(image, host)) return;
    // Versions that should be there and are not are told as what they are.
    if (
      failures.some(
        ({ problem: { kind } }) => kind === "version-information-missing" || kind === "version-table-missing",
      )
    )
      return;
    const [first] = crossings;
    const bare = landings.find(
      (one) => one.replaced !== undefined && !isSameBuild(one) && !one.candidate.elf.versions.hasDefinitions,
    );
    if (first !== undefined) {
      yield {
        message: `${beginWithFile(mountCase, first.usedBy)} binds ${listSome(
          crossings.map(({ symbol }) => symbol),
          3,
        )} of ${nameFile(mountCase, first.provider)} without a version: nothing but the soname promises that they still mean the same`,
        subjects: [landing.target],
        evidence: crossings.map(({ symbol, usedBy, binding }) => ({ kind: "symbol", name: symbol, usedBy, binding })),
      };
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
