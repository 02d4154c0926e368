/** What an update changes, for people: each change under its file, and what to do. */
import type { UpdatedFile } from "../update.js";
import { toDisplayText } from "../display-text.js";
import { describeWarning } from "./update-warning.js";
import { count, createStyle, wrap, type Terminal } from "./terminal.js";

/** What was done: looked, or written. */
export type UpdateMode = "show" | "check" | "write";

/** A line for each change, and one that says what comes of them. */
export function renderUpdate(files: readonly UpdatedFile[], mode: UpdateMode, terminal: Terminal): string {
  const style = createStyle(terminal.color);
  const parts = files.flatMap(({ file, copiedFrom, changes, notes, warnings }) => {
    if (changes.length + notes.length + warnings.length === 0) return [];
    const isNew = copiedFrom !== undefined && changes.length > 0;
    return [
      `${style.bold(toDisplayText(file))}${isNew ? `, new, made of ${toDisplayText(copiedFrom)}` : ""}`,
      ...changes.flatMap(({ line, from, to, kind }) => [
        ...wrap(
          `line ${line}, ${kind}: ${describe(toDisplayText(from), toDisplayText(to))}`,
          terminal.width,
          "  ",
          "    ",
        ),
      ]),
      ...notes.flatMap(({ line, text }) => wrap(`line ${line}: ${toDisplayText(text)}`, terminal.width, "  ", "    ")),
      ...warnings.flatMap((one) =>
        wrap(`line ${one.line}, warning: ${describeWarning(one)}`, terminal.width, "  ", "    "),
      ),
      "",
    ];
  });
  return `${[...parts, style.bold(conclude(files, mode))].join("\n")}\n`;
}

function describe(from: string, to: string): string {
  if (from === "") return `add ${to}`;
  return to === "" ? `take out ${from}` : `${from} becomes ${to}`;
}

function conclude(files: readonly UpdatedFile[], mode: UpdateMode): string {
  const changed = files.filter(({ changes }) => changes.length > 0);
  const changes = changed.reduce((sum, file) => sum + file.changes.length, 0);
  const all = count(files.length, "file");
  const missing = files.filter(({ cannotBeMade }) => cannotBeMade === true).length;
  const lacking = missing === 0 ? "" : `${count(missing, "file")} cannot be made`;
  if (changes === 0) {
    const isOne = files.length === 1;
    const fine = `${isOne ? "it is" : "all are"} as ${isOne ? "it" : "they"} should be`;
    return `${all} looked at: ${lacking === "" ? fine : lacking}.`;
  }
  const what = `${count(changes, "change")} in ${changed.length} of ${all}`;
  const more = lacking === "" ? "" : ` ${lacking}.`;
  return mode === "write"
    ? `${what}, written.${more}`
    : `${what}.${more} To write ${changes === 1 ? "it" : "them"}: containerspec update --write`;
}
