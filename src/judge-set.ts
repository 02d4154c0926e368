/** Everything that is mounted judged together, as the one set that the user's command line makes of it. */
import { judgeTogether, type Asked, type Judged } from "./judge-together.js";
import type { Companions } from "./mounts/companions.js";
import type { MountWorld } from "./mounts/mount-case.js";

/** The verdict on a set, and what must be mounted along for it to work. */
export interface JudgedSet extends Judged, Asked {}

/** The verdict on a set. @param suggests as `judgeTogether` has it */
export function judgeSet(world: MountWorld, asked: Asked, companions: Companions, suggests = true): JudgedSet {
  return { ...asked, ...judgeTogether(world, asked, companions, suggests) };
}
