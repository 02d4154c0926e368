/** Text for a terminal or a pipe: wrapping at a width, and colours where they are wanted. The one door to picocolors. */
import picocolors from "picocolors";
import type { MatchVerdict } from "../match/reason.js";
import type { Verdict } from "../report.js";

export interface Terminal {
  /** columns; Infinity where lines are never wrapped */
  readonly width: number;
  /** whether escape sequences may be written */
  readonly color: boolean;
}

export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  /** a verdict, or text about one, in the colour of how good it is */
  verdict(verdict: Verdict, text: string): string;
  /** a cell of a matrix, on the colour of its verdict */
  heat(verdict: MatchVerdict, text: string): string;
}

/** The colours of a terminal, or none. */
export function createStyle(color: boolean): Style {
  const colors = picocolors.createColors(color);
  const byVerdict: Readonly<Record<Verdict, (text: string) => string>> = {
    safe: colors.green,
    loads: colors.green,
    "no-effect": colors.cyan,
    risky: colors.yellow,
    "safe-with": colors.yellow,
    unknown: colors.magenta,
    unsafe: colors.red,
  };
  const heat: Readonly<Record<MatchVerdict, (text: string) => string>> = {
    runs: colors.bgGreen,
    "runs-with-mounts": colors.bgCyan,
    unknown: colors.bgYellow,
    "will-not-run": colors.bgRed,
  };
  return {
    bold: colors.bold,
    dim: colors.dim,
    verdict: (verdict, text) => byVerdict[verdict](text),
    heat: (verdict, text) => heat[verdict](colors.black(text)),
  };
}

/**
 * Lines of a text, broken between words.
 *
 * @param first what stands before the first line
 * @param rest what stands before the others; as wide as `first` where it is not given
 */
export function wrap(text: string, width: number, first: string, rest = " ".repeat(first.length)): string[] {
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const word of text.split(" ")) {
    const glue = isEmpty ? "" : " ";
    if (!isEmpty && line.length + glue.length + word.length > width) {
      lines.push(line);
      line = rest + word;
    } else {
      line += glue + word;
    }
    isEmpty = false;
  }
  lines.push(line);
  return lines;
}

/** "1 library", "3 libraries" */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** "a, b and 3 more" */
export function listSome(names: readonly string[], limit: number): string {
  const shown = names.slice(0, limit).join(", ");
  return names.length > limit ? `${shown} and ${names.length - limit} more` : shown;
}

/** Names as a sentence has them: "a, b and c". */
export function joinNames(names: readonly string[]): string {
  const last = names.at(-1) ?? "";
  return names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${last}` : last;
}
