/** A matrix as a map of letters: a row and a column a thing, a letter and a colour a verdict. Columns have numbers, and what is too wide goes on below. */
import type { MatchVerdict } from "../match/reason.js";
import type { Style, Terminal } from "./terminal.js";

const CELL = 5;
const MAX_NAME = 32;

export interface LetterCell {
  readonly text: string;
  /** in whose colour */
  readonly heat: MatchVerdict;
}

export interface LetterMap {
  readonly rows: readonly string[];
  readonly columns: number;
  readonly cellOf: (row: number, column: number) => LetterCell;
}

/** Blocks of lines, each with an empty line behind it. */
export function renderLetters({ rows, columns, cellOf }: LetterMap, terminal: Terminal, style: Style): string[] {
  const width = Math.min(MAX_NAME, Math.max(...rows.map((name) => name.length)));
  const abreast = Math.max(1, Math.floor((Math.min(terminal.width, 80) - width - 2) / CELL));
  const lines: string[] = [];
  for (let from = 0; from < columns; from += abreast) {
    const shown = Array.from({ length: Math.min(abreast, columns - from) }, (_, index) => from + index);
    const head = shown.map((index) => `${index + 1}`.padStart(2).padEnd(CELL)).join("");
    lines.push(`${" ".repeat(width + 2)}${head}`.trimEnd());
    for (const [row, name] of rows.entries()) {
      const boxes = shown.map((column) => renderCell(cellOf(row, column), style)).join(" ");
      lines.push(`${shorten(name, width).padEnd(width)}  ${boxes}`.trimEnd());
    }
    lines.push("");
  }
  return lines;
}

function renderCell({ text, heat }: LetterCell, style: Style): string {
  return style.heat(heat, ` ${text}`.padEnd(CELL - 1));
}

/** A long name without its middle. */
function shorten(name: string, width: number): string {
  if (name.length <= width) return name;
  const head = Math.floor((width - 1) / 2);
  return `${name.slice(0, head)}…${name.slice(name.length - (width - 1 - head))}`;
}
