/**
 * A rule looks at one case and says what is wrong with it. It is pure and synchronous, holds its own sentence, and can only make
 * a verdict worse: judge.ts gives its observations their rule id and severity, and takes the worst.
 */
import type { MountCase } from "../mounts/mount-case.js";
import type { Evidence, Severity } from "../report.js";

export interface Observation {
  /** one sentence without a final period; paths in it are byte strings */
  readonly message: string;
  /** who is concerned: paths of consumers, or of the mounted file itself */
  readonly subjects: readonly string[];
  /** the real loader's words */
  readonly loaderMessage?: string;
  readonly evidence: readonly Evidence[];
}

export interface MountRule {
  /** file name, page in docs/rules, SARIF rule id */
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  /** the verdict that a note of this rule means, for the two that mean one */
  readonly means?: "loads" | "no-effect";
  readonly check: (mountCase: MountCase) => Iterable<Observation>;
}
