import { beginWithFile, nameFile } from "../wording.js";
import type { MountRule } from "../rule.js";

/** A program goes round a protected symbol of a library that is marked as relying on it: the loader refuses at startup. */
export const protectedSymbolRefused: MountRule = {
  id: "protected-symbol-refused",
  title: "A library does not let a program copy its protected data",
  severity: "error",
  *check(mountCase) {
    for (const { problem, subjects, loaderMessage } of mountCase.failures) {
      if (problem.kind !== "protected-symbol-refused" || problem.binding !== "eager") continue;
      const { symbol, use, provider, requiredBy } = problem;
      const what = use === "copy" ? `holds a copy of ${symbol}` : `has an address of its own for ${symbol}`;
      yield {
        message: `${beginWithFile(mountCase, requiredBy)} ${what}, which is protected in ${nameFile(mountCase, provider)}, and that is marked so that the loader refuses (GNU_PROPERTY_1_NEEDED)`,
        subjects,
        loaderMessage,
        evidence: [{ kind: "symbol", name: symbol, usedBy: requiredBy, binding: "eager" }],
      };
    }
  },
};
