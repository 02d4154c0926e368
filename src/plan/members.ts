/**
 * Which libraries of the host belong to a set as soon as some of them are in it: the other parts of a project that the image has, too,
 * and what a member needs and the image lacks.
 */
import { PROJECTS } from "../knowledge/projects.js";
import { isCLibraryPart } from "../mounts/c-library-part.js";
import type { Candidate } from "../mounts/candidates.js";
import { isSameBuild } from "../mounts/same-build.js";
import { isPartOf } from "./project-part.js";
import type { PlanWorld } from "./plan-world.js";

/** Why a library is in the set: a sentence's end, in byte strings. */
export type Members = ReadonlyMap<Candidate, string>;

/** The set with everything that belongs to it; what is in it keeps its reason. */
export function completeMembers(world: PlanWorld, first: Members): Members {
  const members = new Map(first);
  const names = new Set([...members.keys()].map(({ name }) => name));
  const pending = [...members.keys()];
  const add = (candidate: Candidate, why: string): void => {
    if (names.has(candidate.name) || isCLibraryPart(candidate.name, candidate.elf)) return;
    names.add(candidate.name);
    members.set(candidate, why);
    pending.push(candidate);
  };
  for (let one = pending.pop(); one !== undefined; one = pending.pop()) {
    for (const needed of world.missing(one)) {
      if (one.elf.needed.includes(needed.name)) add(needed, `${one.name} needs it, and the image has none`);
    }
    for (const project of PROJECTS) {
      if (!isPartOf(project, one)) continue;
      for (const part of findParts(world, project, members)) add(part, `part of ${project.name}, as ${one.name} is`);
    }
  }
  return members;
}

/** The host's parts of a project that take the place of a part of the image of another build. */
function findParts(world: PlanWorld, project: (typeof PROJECTS)[number], members: Members): readonly Candidate[] {
  const covered = new Set([...members.keys()].map((one) => world.land(one).mount.target));
  return world.libraries.filter((library) => {
    if (!isPartOf(project, library)) return false;
    const landing = world.land(library);
    if (landing.replaced === undefined || isSameBuild(landing)) return false;
    // Several names of one file of the image: one mount covers them all.
    if (covered.has(landing.mount.target) && world.placement === "over") return false;
    if (library.name !== library.elf.soname && !world.isAskedFor(library.name)) return false;
    covered.add(landing.mount.target);
    return true;
  });
}
