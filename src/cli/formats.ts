/** The formats that a report can be written in, and how one is asked for: `--format json`, `--format json=report.json`. */
import { resolve } from "node:path";
import { InvalidArgumentError } from "commander";
import type { GateResult, Report } from "../index.js";
import type { Terminal } from "../reporters/terminal.js";
import { standardOutput } from "./terminal.js";

/** Each report has its gate at the same place. */
type Reporter = (reports: readonly Report[], terminal: Terminal, gates: readonly GateResult[]) => string;

/** Each is loaded where it is asked for. */
const FORMATS: Readonly<Record<string, () => Promise<Reporter>>> = {
  text: async () => (await import("../reporters/text.js")).renderText,
  json: async () => (await import("../reporters/json.js")).renderJson,
  csv: async () => (await import("../reporters/csv.js")).renderCsv,
  github: async () => (await import("../reporters/github.js")).renderGithub,
  "github-summary": async () => (await import("../reporters/github-summary.js")).renderGithubSummary,
  gitlab: async () => (await import("../reporters/gitlab.js")).renderGitlab,
  html: async () => (await import("../reporters/html.js")).renderHtml,
  junit: async () => (await import("../reporters/junit.js")).renderJunit,
  markdown: async () => (await import("../reporters/markdown.js")).renderMarkdown,
  sarif: async () => (await import("../reporters/sarif.js")).renderSarif,
};

/** Their names, for people. */
export const FORMAT_NAMES = Object.keys(FORMATS).join(", ");

const FILE: Terminal = { width: 100, color: false };

export interface Output {
  readonly format: string;
  /** undefined: standard output */
  readonly file?: string;
  /** what is in the file already stays */
  readonly appends?: true;
}

/** One --format option. */
export function collectFormat(value: string, before: readonly Output[] = []): readonly Output[] {
  const equals = value.indexOf("=");
  const format = equals === -1 ? value : value.slice(0, equals);
  if (!Object.hasOwn(FORMATS, format)) {
    throw new InvalidArgumentError(`Expected one of ${FORMAT_NAMES}, or one with a file, as in json=report.json.`);
  }
  const output: Output = equals === -1 ? toUsualPlace(format) : { format, file: value.slice(equals + 1) };
  if (output.file === "") throw new InvalidArgumentError("Expected a file name behind the equals sign.");
  if (output.file === undefined && before.some(({ file }) => file === undefined)) {
    throw new InvalidArgumentError(
      "Only one format can go to standard output; name a file for the others, as in json=report.json.",
    );
  }
  const { file } = output;
  if (file !== undefined && before.some((other) => other.file !== undefined && resolve(other.file) === resolve(file))) {
    throw new InvalidArgumentError("Only one format can go to a file; name another file for the other format.");
  }
  return [...before, output];
}

/** Standard output; but a job of GitHub Actions says where its summary is, to which other steps and commands add theirs. */
function toUsualPlace(format: string): Output {
  const { GITHUB_STEP_SUMMARY: summary = "" } = process.env;
  return format === "github-summary" && summary !== "" ? { format, file: summary, appends: true } : { format };
}

/** Reports and what the gate says of each, in a format, laid out for where they go. */
export async function renderReports(
  reports: readonly Report[],
  gates: readonly GateResult[],
  { format, file }: Output,
): Promise<string> {
  const render = await FORMATS[format]?.();
  return render?.(reports, file === undefined ? standardOutput() : FILE, gates) ?? "";
}

/** Files before standard output: what is on standard output says that all went well. */
export function sortOutputs(outputs: readonly Output[]): readonly Output[] {
  const toFile = outputs.filter(({ file }) => file !== undefined);
  return [...toFile, ...outputs.filter(({ file }) => file === undefined)];
}
