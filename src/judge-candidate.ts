/** One candidate judged: alone or with the companions that were asked for. */
import { judgeTogether, type Judged } from "./judge-together.js";
import type { Candidate } from "./mounts/candidates.js";
import type { Companions } from "./mounts/companions.js";
import type { MountWorld } from "./mounts/mount-case.js";

export interface JudgedCandidate extends Judged {
  readonly candidate: Candidate;
}

/** The verdict on a candidate. */
export function judgeCandidate(world: MountWorld, candidate: Candidate, companions: Companions): JudgedCandidate {
  return { candidate, ...judgeTogether(world, { candidates: [candidate], binds: [] }, companions) };
}
