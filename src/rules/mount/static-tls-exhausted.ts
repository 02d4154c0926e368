import { beginWithFile } from "../wording.js";
import type { MountRule } from "../rule.js";

/** A library insists on thread-local storage at a fixed offset, and needs more than dlopen has left. */
export const staticTlsExhausted: MountRule = {
  id: "static-tls-exhausted",
  title: "A library needs more static thread-local storage than dlopen has",
  severity: "error",
  *check(mountCase) {
    for (const { problem, subjects, loaderMessage } of mountCase.failures) {
      if (problem.kind !== "static-tls-exhausted") continue;
      const { requiredBy, size, available } = problem;
      yield {
        message: `${beginWithFile(mountCase, requiredBy)} insists on static thread-local storage, ${size} bytes with what is opened before it, and dlopen has ${available} to give`,
        subjects,
        loaderMessage,
        evidence: [
          {
            kind: "value",
            what: "static thread-local storage in bytes",
            found: String(size),
            expected: `at most ${available}`,
          },
        ],
      };
    }
  },
};
