/** Whether the host has a file of the image too: then the host itself uses it together with what is mounted. */
import { isOneBuild } from "../mounts/same-build.js";
import type { SideFacts } from "../mounts/side.js";
import type { RootObject } from "../mounts/subject.js";
import { baseName } from "../rootfs/path.js";

/** The host's library of the same DT_SONAME, or file name where there is none, is the very build of this one. */
export function hasTwin({ objects }: SideFacts, object: Pick<RootObject, "path" | "elf">): boolean {
  const twin = objects.find(
    ({ elf, path }) =>
      elf.soname === object.elf.soname && (elf.soname !== undefined || baseName(path) === baseName(object.path)),
  );
  return twin !== undefined && isOneBuild(twin, object);
}
