/** The host libraries that travel along, as a report tells them: by name, and with the place where each of them lands. */
import type { Landing } from "./mounts/landing.js";
import type { CompanionMount } from "./report.js";
import { toDisplayPath } from "./rootfs/path.js";

export function toCompanionNames(landings: readonly Landing[]): readonly string[] {
  return landings.map(({ candidate }) => toDisplayPath(candidate.name));
}

/** In the same order. */
export function toCompanionMounts(landings: readonly Landing[]): readonly CompanionMount[] {
  return landings.map(({ candidate, target }) => ({
    soname: toDisplayPath(candidate.name),
    source: toDisplayPath(candidate.realPath),
    target: toDisplayPath(target),
  }));
}
