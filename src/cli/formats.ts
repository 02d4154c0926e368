/** The formats that a report can be written in, and how one is asked for: `--format json`, `--format json=report.json`. */
import { InvalidArgumentError } from "commander";
import type { Report } from "../index.js";
import { renderJson } from "../reporters/json.js";
import type { Terminal } from "../reporters/terminal.js";
import { renderText } from "../reporters/text.js";

type Reporter = (reports: readonly Report[], terminal: Terminal) => string;

const FORMATS: Readonly<Record<string, Reporter>> = { text: renderText, json: renderJson };

const FILE: Terminal = { width: 100, color: false };
const PIPE_WIDTH = 100;
const MAX_WIDTH = 120;

export interface Output {
  readonly format: string;
  /** undefined: standard output */
  readonly file?: string;
}

/** One --format option. */
export function collectFormat(value: string, before: readonly Output[] = []): readonly Output[] {
  const equals = value.indexOf("=");
  const format = equals === -1 ? value : value.slice(0, equals);
  if (!Object.hasOwn(FORMATS, format)) {
    throw new InvalidArgumentError(
      `Expected one of ${Object.keys(FORMATS).join(", ")}, or one with a file, as in json=report.json.`,
    );
  }
  const output: Output = equals === -1 ? { format } : { format, file: value.slice(equals + 1) };
  if (output.file === "") throw new InvalidArgumentError("Expected a file name behind the equals sign.");
  if (output.file === undefined && before.some(({ file }) => file === undefined)) {
    throw new InvalidArgumentError(
      "Only one format can go to standard output; name a file for the others, as in json=report.json.",
    );
  }
  return [...before, output];
}

/** Reports in a format, laid out for where they go. */
export function renderReports(reports: readonly Report[], { format, file }: Output): string {
  return FORMATS[format]?.(reports, file === undefined ? standardOutput() : FILE) ?? "";
}

/** The terminal behind standard output, or a pipe. */
export function standardOutput(): Terminal {
  const { isTTY, columns } = process.stdout;
  if (!isTTY)
    return { width: PIPE_WIDTH, color: process.env["FORCE_COLOR"] !== undefined && process.env["FORCE_COLOR"] !== "0" };
  return {
    width: Math.min(columns, MAX_WIDTH),
    color: (process.env["NO_COLOR"] ?? "") === "" && process.env["TERM"] !== "dumb",
  };
}
