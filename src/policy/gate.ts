/**
 * The gate: whether a report lets a pipeline go on. It never passes by accident: what is unknown fails unless it is allowed, and
 * where nothing was chosen to be gated the answer says so.
 */
import { VERDICT_OF_SEVERITY, VERDICTS, type Report, type Verdict } from "../report.js";

export interface GateOptions {
  /** the mildest verdict that fails; "never" lets everything pass */
  readonly failOn: Verdict | "never";
  readonly allowUnknown: boolean;
  /** libraries were named by the user: only then do their verdicts count */
  readonly hasChosen: boolean;
}

export interface GateResult {
  readonly passes: boolean;
  /** what could fail it: the "libraries" that were chosen, and the image; the "image" alone where none was; at "never" "nothing" */
  readonly counts: "libraries" | "image" | "nothing";
  /** names of the libraries that fail it */
  readonly failed: readonly string[];
  /** rules of the findings about the image that fail it */
  readonly imageRules: readonly string[];
}

/** Holds a report against the gate. */
export function checkGate(report: Report, { failOn, allowUnknown, hasChosen }: GateOptions): GateResult {
  if (failOn === "never") return { passes: true, counts: "nothing", failed: [], imageRules: [] };
  const fails = (verdict: Verdict): boolean =>
    verdict === "unknown" ? !allowUnknown : VERDICTS.indexOf(verdict) >= VERDICTS.indexOf(failOn);
  const failed = hasChosen ? report.mounts.filter(({ verdict }) => fails(verdict)).map(({ soname }) => soname) : [];
  const plan = hasChosen && report.plan?.works === false && failed.length === 0 ? ["the plan"] : [];
  const set = report.set !== null && hasChosen && failed.length === 0 && fails(report.set.verdict) ? ["the set"] : [];
  const imageRules = report.image.findings
    .filter(({ severity }) => severity !== "note" && fails(VERDICT_OF_SEVERITY[severity]))
    .map(({ rule }) => rule);
  return {
    passes: failed.length + plan.length + set.length + imageRules.length === 0,
    counts: hasChosen ? "libraries" : "image",
    failed: [...failed, ...plan, ...set],
    imageRules: [...new Set(imageRules)],
  };
}
