import type { ImageHazards } from "../../mounts/image-hazards.js";
import { listSome } from "../wording.js";
import type { ImageRule, Observation } from "../rule.js";

/** Files of the machine's driver that the image holds: of another release than the machine's, or empty, and in the way of the right ones. */
export const driverFilesInImage: ImageRule = {
  id: "driver-files-in-image",
  title: "The image holds files of a GPU's driver",
  severity: "note",
  *check({ hazards: { driverFiles } }) {
    const empty = driverFiles.filter(({ isEmpty }) => isEmpty);
    const real = driverFiles.filter(({ isEmpty }) => !isEmpty);
    const releases = [...new Set(real.flatMap(({ release }) => release ?? []))];
    if (real.length > 0)
      yield tell(real, `of release ${listSome(releases, 3)}`, "the machine's are of its kernel module's release");
    if (empty.length > 0)
      yield tell(empty, "that are empty", "a runtime made them to mount over, and a loader refuses them");
  },
};

function tell(files: ImageHazards["driverFiles"], what: string, why: string): Observation {
  const paths = files.map(({ path }) => path);
  return {
    message: `The image holds ${files.length === 1 ? "a file" : `${files.length} files`} of ${files[0]?.driver ?? "a driver"} ${files.length === 1 ? what.replace("that are", "that is") : what}: ${listSome(paths, 3)}; ${why}`,
    subjects: paths,
    evidence: paths.slice(0, 20).map((path) => ({ kind: "file", role: "file of a driver", path, side: "image" })),
  };
}
