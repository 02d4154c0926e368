/** What a finding counts for at the gate: its own severity, the one that a policy gives its rule, or nothing where it is accepted. */
import type { Severity } from "../report.js";
import { accepts, type PlacedFinding } from "./acceptance.js";
import type { Acceptance, Policy } from "./policy.js";

export type Weight = Severity | "accepted";

export interface Weighed {
  readonly weight: Weight;
  /** who accepts it */
  readonly by?: Acceptance;
  /** who did, until a day that is past; absent where somebody does */
  readonly ended?: Acceptance;
}

/** @param today YYYY-MM-DD */
export function weigh(placed: PlacedFinding, policy: Policy | undefined, today: string): Weighed {
  const { rule, severity } = placed.finding;
  if (policy === undefined) return { weight: severity };
  const about = policy.accept.filter((one) => accepts(one, placed));
  const by = about.find((one) => !isEnded(one, today));
  if (by !== undefined) return { weight: "accepted", by };
  const weight = policy.severities.get(rule) ?? severity;
  const [ended] = about;
  return { weight, ...(ended === undefined ? {} : { ended }) };
}

/** The last day still counts. */
export function isEnded({ expires }: Acceptance, today: string): boolean {
  return today > expires;
}
