import { beginWithFile, nameFile } from "../wording.js";
import type { MountRule } from "../rule.js";

/** A loader that compares no versions binds a symbol to another version than the one that was asked for. */
export const otherVersionBound: MountRule = {
  id: "other-version-bound",
  title: "A symbol is bound to another version than was asked for",
  severity: "warning",
  *check(mountCase) {
    for (const { problem, subjects } of mountCase.failures) {
      if (problem.kind !== "other-version-bound") continue;
      const { symbol, version, found, provider, requiredBy } = problem;
      yield {
        message: `${beginWithFile(mountCase, requiredBy)} was built for ${symbol} of version ${version}, and gets ${found === undefined ? "one without a version" : `that of ${found}`} from ${nameFile(mountCase, provider)}: musl's loader does not compare versions`,
        subjects,
        evidence: [
          { kind: "version", name: version, requiredBy, provider, defined: found === undefined ? [] : [found] },
        ],
      };
    }
  },
};
