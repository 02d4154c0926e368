/** Reports as a summary of a GitHub job: the Markdown of a comment, with the room that a summary has. */
import type { GateResult } from "../policy/gate.js";
import type { Report } from "../report.js";
import { renderWithin } from "./markdown.js";
import type { Terminal } from "./terminal.js";

/** GitHub takes 1 MiB a step; other commands of the step may have written theirs. */
const MAX_SUMMARY = 1_000_000;

/** Markdown for the file that GITHUB_STEP_SUMMARY names. */
export function renderGithubSummary(reports: readonly Report[], _: Terminal, gates: readonly GateResult[]): string {
  return renderWithin(reports, gates, MAX_SUMMARY);
}
