/** What the gate says of one report, in a line: the first thing that people read in every format for them. */
import { VERDICTS, type Verdict } from "../report.js";
import type { GatedReport } from "./gated.js";
import { count } from "./terminal.js";

/** What each verdict asks of the reader. */
export const ADVICE: Readonly<Record<Verdict, string>> = {
  safe: "may be mounted",
  loads: "may be mounted; nothing but the soname promises the ABI",
  "no-effect": "the mounted file is never reached",
  risky: "all starts, something may fail later",
  "safe-with": "mount only with its companions",
  unknown: "not to be relied on",
  unsafe: "do not mount",
};

/** Verdicts as people read them: the worst first. */
export const WORST_FIRST: readonly Verdict[] = [...VERDICTS].reverse();

export interface Answer {
  /** open: nothing was gated, or no library was */
  readonly standing: "fails" | "passes" | "open";
  readonly sentence: string;
}

/** The gate's answer. */
export function tellAnswer({ report: { summary, mounts, set }, gate }: GatedReport): Answer {
  const judged =
    set === null ? count(mounts.length, "library", "libraries") : `a set of ${count(mounts.length, "mount")}`;
  const counts = WORST_FIRST.filter((verdict) => summary[verdict] > 0);
  const verdicts =
    set === null ? counts.map((verdict) => `${summary[verdict]} ${verdict}`).join(", ") : `it is ${set.verdict}`;
  const told = `${judged} judged${verdicts === "" ? "" : `: ${verdicts}`}`;
  if (!gate.passes) return { standing: "fails", sentence: `The gate fails: ${told}` };
  if (gate.counts === "libraries") return { standing: "passes", sentence: `The gate passes: ${told}` };
  const nothing = gate.counts === "image" ? "No library was gated" : "Nothing was gated";
  return { standing: "open", sentence: `${nothing}: ${told}` };
}

/** What a policy and a baseline had a say in, a sentence each: what fails the gate beside verdicts, and what does not count. */
export function tellTerms({ gate: { reasons = [], accepted = [], known = [] } }: GatedReport): readonly string[] {
  return [
    ...reasons.map((reason) => `The gate fails: ${reason}`),
    ...accepted.map(
      ({ rule, about, reason, owner, expires, place }) =>
        `Accepted until ${expires}: ${rule} for ${about}, since ${reason} (${owner}; ${place})`,
    ),
    ...known.map((one) => `In the baseline already: ${one}`),
  ];
}
