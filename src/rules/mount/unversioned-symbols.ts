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
    const { crossings, landings, failures, image, host } = mountCase;
    const [landing] = landings;
    if (landing === undefined || hasForeignCLibrary(image, host)) return;
    // Versions that should be there and are not are told as what they are.
    if (
      failures.some(
        ({ problem: { kind } }) => kind === "version-information-missing" || kind === "version-table-missing",
      )
    )
      return;
    const { candidate, replaced } = landing;
    const [first] = crossings;
    if (first !== undefined) {
      yield {
        message: `${beginWithFile(mountCase, first.usedBy)} binds ${listSome(
          crossings.map(({ symbol }) => symbol),
          3,
        )} of ${nameFile(mountCase, first.provider)} without a version: nothing but the soname promises that they still mean the same`,
        subjects: [landing.target],
        evidence: crossings.map(({ symbol, usedBy, binding }) => ({ kind: "symbol", name: symbol, usedBy, binding })),
      };
    } else if (replaced !== undefined && !isSameBuild(landing) && !candidate.elf.versions.hasDefinitions) {
      yield {
        message: `${candidate.name} defines no versions, so that nothing but the soname promises that programs which open it with dlopen find what they knew`,
        subjects: [landing.target],
        evidence: [{ kind: "value", what: `versions defined by ${candidate.name}`, found: "none", expected: "some" }],
      };
    }
  },
};
