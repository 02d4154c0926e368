import type { LoadProblem } from "../../loader/problem.js";
import type { MountCase } from "../../mounts/mount-case.js";
import { beginWithFile, nameFile } from "../wording.js";
import type { MountRule } from "../rule.js";

/** A program uses a copy, or an address of its own, where the library uses the protected symbol: they no longer mean the same. */
export const protectedSymbolBypassed: MountRule = {
  id: "protected-symbol-bypassed",
  title: "A program goes round a protected symbol of a library",
  severity: "warning",
  *check(mountCase) {
    for (const { problem, subjects, loaderMessage } of mountCase.failures) {
      if (problem.kind !== "protected-symbol-bypassed" && problem.kind !== "protected-symbol-refused") continue;
      if (!isTold(mountCase, problem)) continue;
      const { symbol, use, requiredBy } = problem;
      const binding = use === "copy" ? "eager" : "lazy";
      const evidence = [{ kind: "symbol", name: symbol, usedBy: requiredBy, binding }] as const;
      yield { message: describe(mountCase, problem), subjects, loaderMessage, evidence };
    }
  },
};

type Bypassed = Extract<LoadProblem, { readonly kind: "protected-symbol-bypassed" }>;
type Refused = Extract<LoadProblem, { readonly kind: "protected-symbol-refused" }>;

/** What is refused at startup is no warning, and where the loader refuses, its own warning need not be told. */
function isTold({ failures }: MountCase, problem: Bypassed | Refused): boolean {
  if (problem.kind === "protected-symbol-refused") return problem.binding === "lazy";
  const { symbol, requiredBy } = problem;
  return !failures.some(
    ({ problem: other }) =>
      other.kind === "protected-symbol-refused" && other.symbol === symbol && other.requiredBy === requiredBy,
  );
}

function describe(mountCase: MountCase, { kind, symbol, use, provider, requiredBy }: Bypassed | Refused): string {
  const what = use === "copy" ? `holds a copy of ${symbol}` : `has an address of its own for ${symbol}`;
  const then =
    kind === "protected-symbol-refused"
      ? "is marked so that the loader ends the process at the first call"
      : `goes on using its own ${use === "copy" ? "data" : "function"}`;
  return `${beginWithFile(mountCase, requiredBy)} ${what}, which is protected in ${nameFile(mountCase, provider)}: the library ${then}`;
}
