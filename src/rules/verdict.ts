/** The lattice of verdicts: each finding allows one at best, and the worst of them stands. */
import type { ProblemOutcome } from "../loader/problem.js";
import {
  VERDICT_OF_OUTCOME,
  VERDICT_OF_SEVERITY,
  VERDICTS,
  type LoaderOutcome,
  type Severity,
  type Verdict,
} from "../report.js";

/** The worse of two verdicts, in the one order of VERDICTS. */
export function worseVerdict(a: Verdict, b: Verdict): Verdict {
  return VERDICTS.indexOf(a) >= VERDICTS.indexOf(b) ? a : b;
}

/** The best verdict that a finding of a rule still allows; `means` is what the rule's notes stand for. */
export function verdictOfFinding(severity: Severity, means: Verdict | undefined): Verdict {
  return severity === "note" && means !== undefined ? means : VERDICT_OF_SEVERITY[severity];
}

/** The best verdict that the simulated loader still allows, whatever the rules say. */
export function verdictOfLoader(outcome: LoaderOutcome): Verdict {
  return VERDICT_OF_OUTCOME[outcome];
}

const OUTCOMES: readonly ProblemOutcome[] = ["none", "latent", "unknown", "broken"];

/** What the loader does in the face of these: the worst of them, ok where there is none. */
export function worstOutcome(outcomes: readonly ProblemOutcome[]): LoaderOutcome {
  const worst = OUTCOMES[Math.max(0, ...outcomes.map((outcome) => OUTCOMES.indexOf(outcome)))] ?? "unknown";
  return worst === "none" ? "ok" : worst;
}
