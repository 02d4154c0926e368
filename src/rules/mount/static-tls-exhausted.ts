import type { MountRule } from "../rule.js";
import { nameShortage, shortageEvidence } from "../static-tls-shortage.js";

/** A library insists on thread-local storage at a fixed offset, and needs more than dlopen has left. */
export const staticTlsExhausted: MountRule = {
  id: "static-tls-exhausted",
  title: "A library needs more static thread-local storage than dlopen has",
  severity: "error",
  *check(mountCase) {
    for (const { problem, subjects, loaderMessage } of mountCase.failures) {
      if (problem.kind !== "static-tls-exhausted") continue;
      const { size, available, alignment } = problem;
      const why =
        alignment === undefined
          ? `${size} bytes with what is opened before it, and dlopen has ${available} to give`
          : `aligned to ${alignment} bytes, and dlopen has none that is`;
      yield {
        message: `${nameShortage(mountCase, problem)}, ${why}`,
        subjects,
        loaderMessage,
        evidence: shortageEvidence(problem),
      };
    }
  },
};
