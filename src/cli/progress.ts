/** One line on standard error that says what is being done, where somebody watches. */
import type { Progress } from "../index.js";
import { toDisplayText } from "../vocabulary.js";

const CLEAR = "\r\u001b[2K";
/** milliseconds between two updates of one stage */
const INTERVAL = 100;

export interface ProgressLine {
  readonly show: (progress: Progress) => void;
  readonly clear: () => void;
}

/** A progress line on a terminal; nothing in a pipe or a log. */
export function createProgressLine(): ProgressLine {
  if (!process.stderr.isTTY || process.env["CI"] !== undefined)
    return { show: () => undefined, clear: () => undefined };
  let stage = "";
  let next = 0;
  return {
    show({ stage: now, done, total }) {
      const time = Date.now();
      if (now === stage && time < next) return;
      stage = now;
      next = time + INTERVAL;
      process.stderr.write(`${CLEAR}${toDisplayText(now)}${total === undefined ? "" : ` ${done}/${total}`} …`);
    },
    clear: () => process.stderr.write(CLEAR),
  };
}
