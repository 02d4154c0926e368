/**
 * Whether companions could help a mount that fails. They bring libraries that are missing, or replace ones that do not fit; they
 * never bring the C library, and change nothing about the mounted file itself.
 */
import { C_LIBRARY_FAMILY } from "../knowledge/c-library.js";
import { matchesAnyGlob } from "../rootfs/glob.js";
import { isCLibraryPart } from "./c-library-part.js";
import type { MountCase } from "./mount-case.js";

export function isCurable({ landings, failures, mountedPaths }: MountCase): boolean {
  if (landings.some(({ candidate }) => isCLibraryPart(candidate.name, candidate.elf))) return false;
  return !failures.some(({ problem, outcome }) => {
    if (outcome !== "broken" || !mountedPaths.has(problem.requiredBy)) return false;
    switch (problem.kind) {
      case "version-not-defined":
        return matchesAnyGlob(C_LIBRARY_FAMILY, problem.file);
      case "relr-unsupported":
      case "executable-stack":
      case "isa-level-too-high":
      case "static-tls-exhausted":
        return true;
      default:
        return false;
    }
  });
}
