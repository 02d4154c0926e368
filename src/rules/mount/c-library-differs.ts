import { hasForeignCLibrary } from "../foreign-c-library.js";
import type { MountRule } from "../rule.js";

/** A library built against one C library, in an image with another. */
export const cLibraryDiffers: MountRule = {
  id: "c-library-differs",
  title: "The image has another C library than the host",
  severity: "error",
  *check({ landings, image, host }) {
    if (!hasForeignCLibrary(image, host)) return;
    for (const { candidate, target } of landings) {
      if (candidate.elf.needed.length === 0) continue;
      yield {
        message: `${candidate.name} was built for ${host.libc.family}, and the image runs on ${image.libc.family}: the two differ in their symbols, their data and their threads`,
        subjects: [target],
        evidence: [{ kind: "value", what: "C library", found: host.libc.family, expected: image.libc.family }],
      };
    }
  },
};
