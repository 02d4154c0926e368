import type { MountRule } from "../rule.js";
import { nameShortage, shortageEvidence } from "../static-tls-shortage.js";

/** A library insists on so much thread-local storage at a fixed offset that it may or may not fit. */
export const staticTlsUncertain: MountRule = {
  id: "static-tls-uncertain",
  title: "A library may need more static thread-local storage than dlopen has",
  severity: "unknown",
  *check(mountCase) {
    for (const { problem, subjects, loaderMessage } of mountCase.failures) {
      if (problem.kind !== "static-tls-uncertain") continue;
      const { size, available, alignment } = problem;
      const why =
        alignment === undefined
          ? `it is ${size} bytes with all that may come before it, and dlopen may have only ${available} to give`
          : `it is to be aligned to ${alignment} bytes`;
      yield {
        message: `${nameShortage(mountCase, problem)}, and whether that finds room is not known: ${why}`,
        subjects,
        loaderMessage,
        evidence: shortageEvidence(problem),
      };
    }
  },
};
