/** What is being done, on standard error: one line where somebody watches, or a line for each stage where that was asked for. */
import type { Progress } from "../index.js";
import { toDisplayText, toLogText } from "../vocabulary.js";
import { askedManners } from "./manners.js";

const CLEAR = "\r\u001b[2K";
/** milliseconds between two updates of one stage */
const INTERVAL = 100;
/** milliseconds of a stage before its end is foretold */
const PATIENCE = 2000;
const MIB = 2 ** 20;

export interface ProgressLine {
  readonly show: (progress: Progress) => void;
  /** nothing is being done any more, or something else is to be written */
  readonly clear: () => void;
}

/** A progress line on a terminal; nothing in a pipe, a log or a pipeline, unless it was asked for. */
export function createProgressLine(): ProgressLine {
  const { talk } = askedManners();
  if (talk === "verbose") return createStageLog((line) => process.stderr.write(`containerspec: ${line}\n`), Date.now);
  if (talk === "quiet" || !process.stderr.isTTY || process.env["CI"] !== undefined)
    return { show: () => undefined, clear: () => undefined };
  return createLine(
    (text) => process.stderr.write(text),
    Date.now,
    () => process.stderr.columns,
  );
}

/** One line that is written over, as wide as the terminal at most. */
export function createLine(write: (text: string) => void, now: () => number, width: () => number): ProgressLine {
  let stage = "";
  let start = 0;
  let next = 0;
  return {
    show(progress) {
      const time = now();
      if (progress.stage === stage && time < next) return;
      if (progress.stage !== stage) start = time;
      stage = progress.stage;
      next = time + INTERVAL;
      write(`${CLEAR}${cut(describe(progress, time - start), width() || 80)}`);
    },
    clear: () => write(CLEAR),
  };
}

/** A line for each stage when it is over. */
export function createStageLog(write: (line: string) => void, now: () => number): ProgressLine {
  let last: Progress | undefined;
  let start = now();
  const end = (): void => {
    if (last !== undefined) write(`${toLogText(describe(last))} (${toSeconds(now() - start)})`);
    last = undefined;
  };
  return {
    show(progress) {
      if (progress.stage !== last?.stage) {
        end();
        start = now();
      }
      last = progress;
    },
    clear: end,
  };
}

/** "reading layers 3/12, 410 of 1200 MiB, about 20 s left" */
function describe({ stage, done, total, bytes }: Progress, elapsed = 0): string {
  const parts = [`${toDisplayText(stage)}${total === undefined ? "" : ` ${done}/${total}`}`];
  if (bytes !== undefined) parts.push(`${toMebibytes(bytes.done)} of ${toMebibytes(bytes.total)} MiB`);
  const share = bytes === undefined ? (total === undefined ? 0 : done / total) : bytes.done / bytes.total;
  if (elapsed >= PATIENCE && share > 0 && share < 1)
    parts.push(`about ${toSeconds((elapsed / share) * (1 - share))} left`);
  return parts.join(", ");
}

function cut(text: string, width: number): string {
  const room = width - 3;
  return text.length > room ? `${text.slice(0, room)} …` : `${text} …`;
}

function toMebibytes(bytes: number): string {
  return (bytes / MIB).toFixed(bytes < 10 * MIB ? 1 : 0);
}

function toSeconds(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  return seconds < 10 ? `${seconds.toFixed(1)} s` : `${Math.round(seconds)} s`;
}
