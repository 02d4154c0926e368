/**
 * The verdict that counts at the gate: what is left of a report's verdict when a policy has given some findings another weight. The
 * report keeps its own.
 */
import type { Weight } from "./weigh.js";
import {
  VERDICT_OF_OUTCOME,
  VERDICT_OF_SEVERITY,
  VERDICTS,
  type Finding,
  type LoaderOutcome,
  type Severity,
  type Verdict,
} from "../report.js";

export interface Judged {
  readonly verdict: Verdict;
  readonly loader: LoaderOutcome;
  readonly findings: readonly Finding[];
}

/** Notes that mean a verdict: the two rules that say so (`means` of src/rules/rule.ts). */
export type Meanings = ReadonlyMap<string, Verdict>;

/**
 * The worst of what still counts. What the loader does is set aside only where every finding that could stand behind it has got
 * another weight: nobody accepts by chance what no finding tells.
 */
export function gateVerdict(
  { verdict, loader, findings }: Judged,
  weigh: (finding: Finding) => Weight,
  meanings: Meanings,
): Verdict {
  const weighed = findings.map((finding) => ({ finding, weight: weigh(finding) }));
  if (weighed.every(({ finding, weight }) => weight === finding.severity)) return verdict;
  const verdictOf = (rule: string, severity: Severity): Verdict =>
    (severity === "note" ? meanings.get(rule) : undefined) ?? VERDICT_OF_SEVERITY[severity];
  const ofLoader = VERDICT_OF_OUTCOME[loader];
  const behind = weighed.filter(({ finding: { severity } }) => !isBetter(VERDICT_OF_SEVERITY[severity], ofLoader));
  const isSetAside = behind.length > 0 && behind.every(({ finding, weight }) => weight !== finding.severity);
  const told = worst([ofLoader, ...findings.map(({ rule, severity }) => verdictOf(rule, severity))]);
  const left = worst([
    ...(isSetAside ? [] : [ofLoader]),
    // A verdict that is worse than all that is told has a reason of its own.
    ...(isBetter(told, verdict) ? [verdict] : []),
    ...weighed.flatMap(({ finding, weight }) => (weight === "accepted" ? [] : [verdictOf(finding.rule, weight)])),
  ]);
  return left === "unsafe" && verdict === "safe-with" ? verdict : left;
}

export function isBetter(one: Verdict, other: Verdict): boolean {
  return VERDICTS.indexOf(one) < VERDICTS.indexOf(other);
}

function worst(verdicts: readonly Verdict[]): Verdict {
  return verdicts.reduce((a, b) => (isBetter(a, b) ? b : a), "safe");
}
