/** An error as people see it: one sentence on standard error, and the exit code that its kind has. */
import { ContainerspecError, ERROR_CODES } from "../index.js";

const INTERNAL = 4;

/** Prints the error; returns the exit code. A stack trace is shown for faults of containerspec itself only. */
export function reportError(error: unknown): number {
  if (error instanceof ContainerspecError && error.code !== "internal") {
    process.stderr.write(`containerspec: ${error.message}\n`);
    return ERROR_CODES[error.code].exit;
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(
    `containerspec: internal fault; please report it with the command line that led here\n${detail}\n`,
  );
  return INTERNAL;
}
