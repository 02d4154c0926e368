/** A report and what the gate says of it, and of each library in it: what formats for pipelines tell. */
import type { GateResult } from "../policy/gate.js";
import { WORKING_VERDICTS, type MountReport, type Report, type Verdict } from "../report.js";
import { toDisplayTexts } from "../display-text.js";

export interface GatedReport {
  readonly report: Report;
  readonly gate: GateResult;
  /** what `gate.failed` holds */
  readonly failed: ReadonlySet<string>;
}

/** fails: the gate stops it; passes: it may be relied on, or the gate was told to let it through; open: nobody vouches for it */
export type Standing = "fails" | "passes" | "open";

const NO_GATE: GateResult = { passes: true, counts: "nothing", failed: [], imageRules: [] };

/** Each report with its gate. Nothing invisible is left in them: a report that was read from a file may hold anything. */
export function pairWithGates(reports: readonly Report[], gates: readonly GateResult[]): readonly GatedReport[] {
  return reports.map((report, index) => {
    const gate = toDisplayTexts(gates[index] ?? NO_GATE);
    return { report: toDisplayTexts(report), gate, failed: new Set(gate.failed) };
  });
}

/** How a library stands. */
export function standingOf({ soname, verdict }: MountReport, { gate, failed }: GatedReport): Standing {
  return failed.has(soname) ? "fails" : standingOfVerdict(verdict, gate);
}

/** How a set stands: where one of its mounts fails, so does the whole. */
export function standingOfSet(verdict: Verdict, { gate, failed }: GatedReport): Standing {
  return failed.size > 0 ? "fails" : standingOfVerdict(verdict, gate);
}

/** What the gate did not stop. That a mount has no effect, or that nobody knows, is no proof even where it passes. */
function standingOfVerdict(verdict: Verdict, { counts }: GateResult): Standing {
  if (WORKING_VERDICTS.has(verdict)) return "passes";
  return counts === "libraries" && verdict !== "no-effect" && verdict !== "unknown" ? "passes" : "open";
}
