/** The CPU, where the loader has no say: what is asked for by notes and not known of the host, and what the code itself shows. */
import { listLevelsBelow, lowestLevel } from "../cpu/level.js";
import type { Question } from "./question.js";
import type { Reason } from "./reason.js";

/** What runs the code. */
interface Runner {
  /** the level of its CPU, or the lowest that it may have */
  readonly level?: { readonly name: string; readonly isExact: boolean };
  /** where a sentence speaks of it */
  readonly words: string;
}

/** @param by an emulator has a CPU of its own: by default, QEMU's has not even had what Enterprise Linux 9 asks for */
export function judgeCpu(question: Question, by: "own" | "emulated" = "own"): readonly Reason[] {
  const runner = by === "own" ? describeCpu(question) : describeEmulator(question);
  const refused = judgeRefusal(question, runner);
  return [...refused, ...(refused.length > 0 ? [] : judgeNotes(question, runner)), ...judgeCode(question, runner)];
}

function describeCpu({ target: { cpu } }: Question): Runner {
  if (cpu.level === undefined) return { words: "the host's CPU is not known" };
  const words = cpu.level.isExact ? `the host's CPU is ${cpu.level.name}` : "the host's CPU is not known";
  return { level: cpu.level, words };
}

function describeEmulator({ need: { machine = "" } }: Question): Runner {
  const name = lowestLevel(machine);
  return {
    ...(name === undefined ? {} : { level: { name, isExact: false } }),
    words: "the emulator's CPU is not known",
  };
}

/** The C library looks before anything else does. */
function judgeRefusal({ need: { refusal } }: Question, { level: known }: Runner): readonly Reason[] {
  if (refusal === undefined || known?.isExact !== true || isReached(refusal.level, known)) return [];
  const { level, words } = refusal;
  const message = `The image's C library was built for ${level}, which the host's CPU (${known.name}) is not`;
  return [{ id: "isa-too-low", verdict: "will-not-run", message, subjects: [], loaderMessage: words }];
}

/** Where the level is known, the loader has compared it; but not before 2.33, and in a static program nobody does. */
function judgeNotes(question: Question, runner: Runner): readonly Reason[] {
  const { need, stopped } = question;
  const { level: known, words } = runner;
  const { isa } = need.floors;
  if (isa === undefined || isReached(isa, known)) return judgeOtherNotes(question, runner);
  const isKnown = known?.isExact === true;
  if (isKnown && isRefused(stopped)) return [];
  const message = isKnown
    ? `Its programs ask for ${isa} by their notes, which the host's CPU is not, and nobody compares that when they start: they may stop with "Illegal instruction"`
    : `Its programs, or its C library, ask for ${isa}, and ${words}`;
  return [{ id: "isa-unknown", verdict: "unknown", message, subjects: [] }];
}

/** Whether others are needed nobody knows; of those that the loader refuses judge-start.ts tells. */
function judgeOtherNotes(
  { need: { othersIsa }, stopped }: Question,
  { level: known, words }: Runner,
): readonly Reason[] {
  if (othersIsa === undefined || isReached(othersIsa, known) || (known?.isExact === true && isRefused(stopped)))
    return [];
  const message = `Programs that it does not start by itself ask for ${othersIsa} by their notes, and ${words}: whether they are needed is not known`;
  return [{ id: "isa-unknown", verdict: "unknown", message, subjects: [] }];
}

function isRefused(stopped: Question["stopped"]): boolean {
  return stopped.some((all) => all.some(({ troubles }) => troubles.some(({ kind }) => kind === "isa")));
}

/** Evidence is no verdict: where it is strong, nobody knows whether the image runs; else it is a note. */
function judgeCode({ need: { code } }: Question, { level: known, words }: Runner): readonly Reason[] {
  if (code?.level === undefined || isReached(code.level, known)) return [];
  const message =
    code.confidence === "high"
      ? `Its code looks as if it was made for ${code.level} throughout, and ${words}: it may stop with "Illegal instruction"`
      : `Its code has instructions of ${code.level}, and ${words}: most likely it asks the CPU before it uses them`;
  const verdict = code.confidence === "high" ? "unknown" : "runs";
  return [{ id: "code-beyond-cpu", verdict, message, subjects: code.by }];
}

function isReached(level: string, known: Runner["level"]): boolean {
  return known !== undefined && listLevelsBelow(known.name).includes(level);
}
