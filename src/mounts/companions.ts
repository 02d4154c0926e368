/**
 * Which host libraries travel with a mounted one. `missing` takes what the mounted objects need and the image does not have;
 * `all` takes everything that they need. The C library family never travels.
 */
import { isCLibraryPart } from "./c-library-part.js";
import type { Candidate } from "./candidates.js";
import type { HostSide } from "./host-side.js";
import type { Subject } from "./subject.js";

export type Companions = "none" | "missing" | "all";

/** The host libraries that go with `candidate`, sorted by name. */
export function findCompanions(
  subject: Subject,
  host: HostSide,
  candidate: Candidate,
  companions: Companions,
): readonly Candidate[] {
  if (companions === "none") return [];
  const like = subject.like ?? candidate.elf;
  const chosen = new Map<string, Candidate>();
  const scope = host.loader.load(candidate.path, candidate.node, candidate.elf).scope;
  const pending = [candidate.elf];
  const seen = new Set<string>([candidate.name]);
  for (let elf = pending.pop(); elf !== undefined; elf = pending.pop()) {
    for (const name of elf.needed) {
      if (seen.has(name)) continue;
      seen.add(name);
      const object = scope.objects.find((one) => one.elf.soname === name || one.path.endsWith(`/${name}`));
      if (object === undefined || isCLibraryPart(name, object.elf)) continue;
      if (companions === "missing" && subject.loader.findPlain(name, like).kind === "found") continue;
      chosen.set(name, { name, path: object.path, realPath: object.realPath, node: object.node, elf: object.elf });
      pending.push(object.elf);
    }
  }
  return [...chosen.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
