/**
 * What the code itself says of the CPU that it was made for. An instruction that is there need not be reached: programs ask the CPU and
 * choose. So this is evidence with a confidence, and no verdict is made of it alone.
 */
export interface CodeEvidence {
  /** the level that the code of what would be started was made for: "x86-64-v3"; undefined where it is the machine's baseline */
  readonly level?: string;
  /** `high`: no run-time choice is seen, and the code uses it throughout; `low`: there is one; `medium`: neither is plain */
  readonly confidence: "high" | "medium" | "low";
  /** features beyond the baseline, as in /proc/cpuinfo, with the number of their instructions */
  readonly features: Readonly<Record<string, number>>;
  /** the files that say so, sorted */
  readonly by: readonly string[];
}
