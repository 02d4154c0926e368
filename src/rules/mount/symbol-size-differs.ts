import { beginWithFile, nameFile } from "../wording.js";
import type { MountRule } from "../rule.js";

/** A program holds a copy of a library's data that is smaller than the data now is. */
export const symbolSizeDiffers: MountRule = {
  id: "symbol-size-differs",
  title: "A program's copy of library data is too small",
  severity: "warning",
  *check(mountCase) {
    for (const { problem, subjects, loaderMessage } of mountCase.failures) {
      if (problem.kind !== "symbol-size-differs") continue;
      const { symbol, requiredBy, provider, expected, found } = problem;
      yield {
        message: `${beginWithFile(mountCase, requiredBy)} keeps ${expected} bytes for ${symbol}, which has ${found} bytes in ${nameFile(mountCase, provider)}: the rest is cut off`,
        subjects,
        loaderMessage,
        evidence: [
          { kind: "value", what: `size of ${symbol} in bytes`, found: String(found), expected: String(expected) },
        ],
      };
    }
  },
};
