import { isCLibraryPart } from "../../mounts/c-library-part.js";
import type { MountRule } from "../rule.js";

/** A part of the C library comes from another build than the rest of it. */
export const cLibraryFamily: MountRule = {
  id: "c-library-family",
  title: "A part of the C library is mounted alone",
  severity: "error",
  holdsForAnyImage: true,
  *check({ landings, image, host }) {
    // The same build of the C library on both sides: a part of it is the part that was there.
    if (image.libc.buildId !== undefined && image.libc.buildId === host.libc.buildId) return;
    for (const { candidate, target } of landings) {
      if (!isCLibraryPart(candidate.name, candidate.elf)) continue;
      yield {
        message: `${candidate.name} is a part of the C library: its parts share private interfaces that change with every build, and only all of them can be replaced together`,
        subjects: [target],
        evidence: [
          {
            kind: "value",
            what: "C library of the host",
            found: describeLibc(host.libc),
            expected: `the image's own build, ${describeLibc(image.libc)}`,
          },
        ],
      };
    }
  },
};

function describeLibc({ family, version }: { readonly family: string; readonly version?: string }): string {
  return version === undefined ? family : `${family} ${version}`;
}
