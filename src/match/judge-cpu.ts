/** The CPU, where the loader has no say: what is asked for by notes and not known of the host, and what the code itself shows. */
import { listLevelsBelow } from "../cpu/level.js";
import type { Question } from "./question.js";
import type { Reason } from "./reason.js";

export function judgeCpu(question: Question): readonly Reason[] {
  const refused = judgeRefusal(question);
  return [...refused, ...(refused.length > 0 ? [] : judgeNotes(question)), ...judgeCode(question)];
}

/** The C library looks before anything else does. */
function judgeRefusal({ need: { refusal }, target: { cpu } }: Question): readonly Reason[] {
  if (refusal === undefined || cpu.level?.isExact !== true || isReached(refusal.level, cpu.level)) return [];
  const { level, words } = refusal;
  const message = `The image's C library was built for ${level}, which the host's CPU (${cpu.level.name}) is not`;
  return [{ id: "isa-too-low", verdict: "will-not-run", message, subjects: [], loaderMessage: words }];
}

/** Where the level is known, the loader has compared it; but not before 2.33, and in a static program nobody does. */
function judgeNotes({ need: { floors }, target: { cpu }, stopped }: Question): readonly Reason[] {
  const { isa } = floors;
  if (isa === undefined || isReached(isa, cpu.level)) return [];
  const isKnown = cpu.level?.isExact === true;
  if (isKnown && stopped.some((all) => all.some(({ troubles }) => troubles.some(({ kind }) => kind === "isa"))))
    return [];
  const message = isKnown
    ? `Its programs ask for ${isa} by their notes, which the host's CPU is not, and nobody compares that when they start: they may stop with "Illegal instruction"`
    : `Its programs, or its C library, ask for ${isa}, and the host's CPU is not known`;
  return [{ id: "isa-unknown", verdict: "unknown", message, subjects: [] }];
}

/** Evidence is no verdict: where it is strong, nobody knows whether the image runs; else it is a note. */
function judgeCode({ need: { code }, target: { cpu } }: Question): readonly Reason[] {
  if (code?.level === undefined || isReached(code.level, cpu.level)) return [];
  const where = cpu.level?.isExact === true ? `the host's CPU is ${cpu.level.name}` : "the host's CPU is not known";
  const message =
    code.confidence === "high"
      ? `Its code looks as if it was made for ${code.level} throughout, and ${where}: it may stop with "Illegal instruction"`
      : `Its code has instructions of ${code.level}, and ${where}: most likely it asks the CPU before it uses them`;
  const verdict = code.confidence === "high" ? "unknown" : "runs";
  return [{ id: "code-beyond-cpu", verdict, message, subjects: code.by }];
}

function isReached(level: string, known: Question["target"]["cpu"]["level"]): boolean {
  return known !== undefined && listLevelsBelow(known.name).includes(level);
}
