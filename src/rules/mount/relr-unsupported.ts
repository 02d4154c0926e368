import { beginWithFile } from "../wording.js";
import type { MountRule } from "../rule.js";

const REASONS = {
  "no-dependency": "without the GLIBC_ABI_DT_RELR dependency that must announce them",
  "loader-too-old": "which a glibc older than 2.36 leaves unapplied",
  "musl-too-old": "which a musl older than 1.2.4 leaves unapplied",
} as const;

/** Relative relocations in the DT_RELR form, which the loader cannot read or does not trust. */
export const relrUnsupported: MountRule = {
  id: "relr-unsupported",
  title: "The loader does not apply packed relative relocations",
  severity: "error",
  *check(mountCase) {
    for (const { problem, subjects, loaderMessage } of mountCase.failures) {
      if (problem.kind !== "relr-unsupported") continue;
      const why = REASONS[problem.reason];
      yield {
        message: `${beginWithFile(mountCase, problem.requiredBy)} has its relative relocations in DT_RELR, ${why}`,
        subjects,
        loaderMessage,
        evidence: [
          {
            kind: "value",
            what: "DT_RELR",
            found: "present",
            expected: problem.reason === "no-dependency" ? "GLIBC_ABI_DT_RELR required" : "absent",
          },
        ],
      };
    }
  },
};
