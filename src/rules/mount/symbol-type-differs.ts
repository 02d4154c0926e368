import { beginWithFile, nameFile } from "../wording.js";
import type { MountRule } from "../rule.js";

/** A symbol is bound by name and version although it is no longer what its user was linked for. */
export const symbolTypeDiffers: MountRule = {
  id: "symbol-type-differs",
  title: "A symbol is of another type than its user was linked for",
  severity: "warning",
  *check(mountCase) {
    for (const { symbol, usedBy, expected, provider, found } of mountCase.typeChanges) {
      yield {
        message: `${beginWithFile(mountCase, usedBy)} was linked for ${symbol} as ${article(expected)}, and in ${nameFile(mountCase, provider)} it is ${article(found)}: the loader binds it all the same`,
        subjects: [usedBy],
        evidence: [{ kind: "value", what: `type of ${symbol}`, found, expected }],
      };
    }
  },
};

function article(sort: string): string {
  return sort === "function" ? "a function" : sort;
}
