/**
 * What is mounted together: the ELF files that a loader may meet, the binds that bring them, and the files of the image that are
 * no longer seen. A bind of a folder brings many files, and hides all that the image had there.
 */
import type { FileFacts } from "../loader/facts.js";
import type { Mount } from "../rootfs/overlay.js";
import type { Landing } from "./landing.js";

export interface MountSet {
  /** those whose verdict is asked for */
  readonly asked: readonly Landing[];
  /** those that only travel along */
  readonly companions: readonly Landing[];
  /** in the order in which they are made: a later one covers an earlier one */
  readonly mounts: readonly Mount<FileFacts>[];
  /** files of the image that the mounts cover or shadow */
  readonly hidden: ReadonlySet<object>;
  /** whether anything may lie anywhere: links, whole folders, what tells the loader where to look; not libraries alone */
  readonly anything: boolean;
}

/** Files mounted one by one, each over its place. */
export function toMountSet(asked: readonly Landing[], companions: readonly Landing[]): MountSet {
  const all = [...asked, ...companions];
  return {
    asked,
    companions,
    mounts: all.map(({ mount }) => mount),
    anything: false,
    hidden: new Set(all.flatMap(({ replaced }) => (replaced === undefined ? [] : [replaced.node]))),
  };
}
