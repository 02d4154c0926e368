/** One image on one host: the verdict, and every reason for it. Pure: the same question has the same answer anywhere. */
import type { CpuTable } from "../cpu/microarchitecture.js";
import { judgeCpu } from "./judge-cpu.js";
import { judgeCuda } from "./judge-cuda.js";
import { judgeDrivers } from "./judge-drivers.js";
import { judgeKernel } from "./judge-kernel.js";
import { judgeMachine } from "./judge-machine.js";
import { judgeStart } from "./judge-start.js";
import { compareCpu, type Optimal } from "./optimal.js";
import type { Question } from "./question.js";
import { MATCH_VERDICTS, worstOf, type MatchVerdict, type Reason } from "./reason.js";

export interface CellAnswer {
  readonly verdict: MatchVerdict;
  readonly optimal: Optimal | null;
  /** worst first */
  readonly reasons: readonly Reason[];
}

/** @param table the microarchitectures that names are compared by */
export function judgeCell(question: Question, table: CpuTable): CellAnswer {
  const machine = judgeMachine(question);
  const run = machine.by === "no" ? [] : judgeRun(question, machine.by);
  const reasons = [
    ...machine.reasons,
    ...judgeLayers(question),
    // What is missing may be in a layer that nobody read, and what is there may be hidden by it.
    ...(question.need.unreadLayers.length === 0 ? run : run.map(toUncertain)),
  ];
  const sorted = [...reasons].sort((a, b) => MATCH_VERDICTS.indexOf(b.verdict) - MATCH_VERDICTS.indexOf(a.verdict));
  return {
    verdict: worstOf(sorted),
    optimal: (machine.by === "own" ? compareCpu(question, table) : undefined) ?? null,
    reasons: sorted,
  };
}

function judgeRun(question: Question, by: "own" | "emulated"): readonly Reason[] {
  return [
    ...judgeStart(question),
    ...judgeKernel(question),
    ...judgeCpu(question, by),
    ...judgeDrivers(question),
    ...judgeCuda(question),
  ];
}

function toUncertain(reason: Reason): Reason {
  return reason.verdict === "will-not-run" ? { ...reason, verdict: "unknown" } : reason;
}

function judgeLayers({ need: { unreadLayers } }: Question): readonly Reason[] {
  if (unreadLayers.length === 0) return [];
  const which = unreadLayers.map((index) => index + 1).join(", ");
  const message = `Layer ${which} is encrypted or not in the archive: nobody knows what it adds or hides`;
  return [{ id: "layer-unread", verdict: "unknown", message, subjects: [] }];
}
