import type { MountRule } from "../rule.js";

/** A library built against one C library, where the loader of another one takes it or could. */
export const cLibraryDiffers: MountRule = {
  id: "c-library-differs",
  title: "The image has another C library than the host",
  severity: "error",
  *check({ foreign, image, host }) {
    const own = host.libc.family;
    for (const { candidate, target } of foreign) {
      if (candidate.elf.needed.length === 0) continue;
      // In an image of the host's own C library a few programs may be of the other one.
      const other = image.libc.family === own ? (own === "musl" ? "glibc" : "musl") : image.libc.family;
      const where = image.libc.family === own ? `programs that run on ${other} take it` : `the image runs on ${other}`;
      yield {
        message: `${candidate.name} was built for ${own}, and ${where}: the two differ in their symbols, their data and their threads`,
        subjects: [target],
        evidence: [{ kind: "value", what: "C library", found: own, expected: other }],
      };
    }
  },
};
