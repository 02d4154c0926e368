/** The formats that a report can be written in, and how one is asked for: `--format json`, `--format json=report.json`. */
import { resolve } from "node:path";
import { InvalidArgumentError } from "commander";
import type { Report } from "../index.js";
import { renderJson } from "../reporters/json.js";
import type { Terminal } from "../reporters/terminal.js";
import { renderText } from "../reporters/text.js";

type Reporter = (reports: readonly Report[], terminal: Terminal) => string;

const FORMATS: Readonly<Record<string, Reporter>> = { text: renderText, json: renderJson };

const FILE: Terminal = { width: 100, color: false };
const PIPE_WIDTH = 100;
const MIN_WIDTH = 40;
const MAX_WIDTH = 120;
/** of a terminal that does not know its size: `docker run -t` before it is told, script(1), many runners of CI */
const USUAL_WIDTH = 80;

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
  const { file } = output;
  if (file !== undefined && before.some((other) => other.file !== undefined && resolve(other.file) === resolve(file))) {
    throw new InvalidArgumentError("Only one format can go to a file; name another file for the other format.");
  }
  return [...before, output];
}

/** Reports in a format, laid out for where they go. */
export function renderReports(reports: readonly Report[], { format, file }: Output): string {
  return FORMATS[format]?.(reports, file === undefined ? standardOutput() : FILE) ?? "";
}

/** Files before standard output: what is on standard output says that all went well. */
export function sortOutputs(outputs: readonly Output[]): readonly Output[] {
  const toFile = outputs.filter(({ file }) => file !== undefined);
  return [...toFile, ...outputs.filter(({ file }) => file === undefined)];
}

/** The terminal behind standard output, or a pipe. */
export function standardOutput(): Terminal {
  const { isTTY, columns } = process.stdout;
  if (!isTTY) return { width: PIPE_WIDTH, color: wantsColor(false) };
  const width = columns > 0 ? columns : USUAL_WIDTH;
  return { width: Math.max(MIN_WIDTH, Math.min(width, MAX_WIDTH)), color: wantsColor(process.env["TERM"] !== "dumb") };
}

/** NO_COLOR (any text) before FORCE_COLOR (0 and false are none), as no-color.org and most programs of Node.js have it. */
function wantsColor(usual: boolean): boolean {
  const { NO_COLOR: no = "", FORCE_COLOR: force } = process.env;
  if (no !== "") return false;
  return force === undefined ? usual : force !== "0" && force !== "false";
}
