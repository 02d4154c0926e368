/** Whether a library is a part of a project whose parts are built together. */
import type { Project } from "../knowledge/projects.js";
import type { Candidate } from "../mounts/candidates.js";
import { matchesAnyGlob } from "../rootfs/glob.js";
import { baseName } from "../rootfs/path.js";

/** By its name, its file's name or its DT_SONAME. */
export function isPartOf({ members }: Project, { name, realPath, elf: { soname } }: Candidate): boolean {
  return [name, baseName(realPath), ...(soname === undefined ? [] : [soname])].some((text) =>
    matchesAnyGlob(members, text),
  );
}
