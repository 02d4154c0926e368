/** An error as people see it: one sentence on standard error, and the exit code that its kind has. */
import { CommanderError, type Command } from "commander";
import { ContainerspecError, ERROR_CODES, toDisplayText, toLogText } from "../vocabulary.js";

const USAGE = 2;
const INTERNAL = 4;

/** Prints the error where that was not done yet; returns the exit code. A stack trace is for faults of containerspec alone. */
export function reportError(error: unknown): number {
  // commander has printed its errors, and its help, by itself.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE;
  if (error instanceof ContainerspecError && error.code !== "internal") {
    process.stderr.write(`containerspec: ${toLogText(toDisplayText(error.message))}\n`);
    return ERROR_CODES[error.code].exit;
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const lines = [
    "containerspec: internal fault; please report it with the command line that led here",
    ...detail.split("\n"),
  ];
  process.stderr.write(lines.map((line) => `${toLogText(toDisplayText(line))}\n`).join(""));
  return INTERNAL;
}

/** Makes commander's own errors look like all others, and lead to the help of the command that was meant. */
export function explainUsageErrors(command: Command, name: string): void {
  command.exitOverride().configureOutput({
    outputError: (text, write) => {
      write(`containerspec: ${toSentence(text)}; \`${name} --help\` lists what there is\n`);
    },
  });
}

/** "error: unknown option '--x'\n(Did you mean --y?)\n" as "Unknown option '--x' (did you mean --y?)" */
function toSentence(text: string): string {
  const [what = "", hint] = text
    .trim()
    .replace(/^error: /, "")
    .split("\n");
  const sentence = (what.charAt(0).toUpperCase() + what.slice(1)).replace(/\.$/, "");
  return hint === undefined ? sentence : `${sentence} ${hint.replace("(Did", "(did")}`;
}
