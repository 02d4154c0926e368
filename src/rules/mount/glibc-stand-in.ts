import { findGlibcPrograms } from "../foreign-c-library.js";
import type { MountRule } from "../rule.js";

/** Programs of glibc that musl's loader runs load the mounted library: nobody has promised that this works. */
export const glibcStandIn: MountRule = {
  id: "glibc-stand-in",
  title: "Programs of glibc run on musl's loader",
  severity: "unknown",
  *check(mountCase) {
    const { image } = mountCase;
    const programs = findGlibcPrograms(mountCase);
    const [first] = programs;
    if (first === undefined) return;
    yield {
      message: `${first.path} was built for glibc, and in this image musl's loader runs it with the help of a stand-in (gcompat, libc6-compat): what it does with the mounted library cannot be foretold`,
      subjects: programs.map(({ path }) => path),
      evidence: [
        { kind: "value", what: "C library", found: image.libc.family, expected: "the glibc that PT_INTERP stands for" },
      ],
    };
  },
};
