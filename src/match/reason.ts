/** Why an image runs on a host, or does not. A reason has an effect, and the worst effect is the verdict. */

/** From best to worst. */
export const MATCH_VERDICTS = ["runs", "runs-with-mounts", "unknown", "will-not-run"] as const;
export type MatchVerdict = (typeof MATCH_VERDICTS)[number];

export interface Reason {
  /** what it is called in docs/match.md */
  readonly id: ReasonId;
  /** the best verdict that it allows */
  readonly verdict: MatchVerdict;
  /** one sentence */
  readonly message: string;
  /** the files that it is about, sorted */
  readonly subjects: readonly string[];
  /** what the loader or the kernel would print */
  readonly loaderMessage?: string;
}

export const REASON_IDS = [
  "nothing-to-start",
  "start-missing",
  "start-unknown",
  "machine-differs",
  "machine-emulated",
  "machine-unknown",
  "interpreter-missing",
  "library-missing",
  "load-fails",
  "file-unreadable",
  "layer-unread",
  "other-programs-refused",
  "other-programs-broken",
  "isa-too-low",
  "isa-unknown",
  "code-beyond-cpu",
  "kernel-too-old",
  "kernel-unsupported",
  "kernel-unknown",
  "driver-mounted",
  "driver-missing",
  "driver-refused",
  "driver-unknown",
  "driver-optional",
  "cuda-unsatisfied",
  "cuda-unknown",
  "artifact-believed",
  "artifact-silent",
  "artifact-refuses",
] as const;
export type ReasonId = (typeof REASON_IDS)[number];

/** The verdict that reasons leave: the worst that one of them allows. */
export function worstOf(reasons: readonly Reason[]): MatchVerdict {
  const worst = Math.max(0, ...reasons.map(({ verdict }) => MATCH_VERDICTS.indexOf(verdict)));
  return MATCH_VERDICTS[worst] as MatchVerdict;
}
