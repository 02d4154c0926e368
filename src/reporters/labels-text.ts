/** Labels with what tells them, and what became of those that are there already, for people. */
import { toLogText } from "../display-text.js";
import type { LabelReport } from "../labels.js";
import { count, createStyle, wrap, type Terminal } from "./terminal.js";

const INDENT = "    ";
const VERDICT = 9;

/** Each label with its evidence below it. */
export function renderLabels({ labels, undecided }: LabelReport, terminal: Terminal): string {
  const style = createStyle(terminal.color);
  const derived = labels.flatMap(({ key, value, evidence }) => [
    `${style.bold(key)}=${value}`,
    ...evidence.slice(0, SHOWN).flatMap((one) => wrap(one, terminal.width, INDENT)),
    ...(evidence.length > SHOWN ? [`${INDENT}and ${evidence.length - SHOWN} more`] : []),
  ]);
  const open = undecided.flatMap(({ key, reason }) => [key, ...wrap(reason, terminal.width, INDENT)]);
  return toLogText(
    [
      ...(derived.length === 0 ? ["Its content tells no label"] : derived),
      ...(open.length === 0 ? [] : ["", style.bold("Not decided"), ...open]),
      "",
    ].join("\n"),
  );
}

const SHOWN = 3;

/** Each of the image's own labels with its verdict. */
export function renderLabelChecks({ checks }: LabelReport, terminal: Terminal): string {
  const style = createStyle(terminal.color);
  const lines = checks.flatMap(({ key, value, verdict, reason }) => [
    `${style.verdict(COLORS[verdict], verdict.padEnd(VERDICT))}${style.bold(key)}=${value}`,
    ...wrap(reason, terminal.width, " ".repeat(VERDICT)),
  ]);
  const untrue = checks.filter(({ verdict }) => verdict === "untrue").length;
  const summary =
    checks.length === 0
      ? "The image has no label that its content could speak about"
      : `${count(checks.length, "label")}: ${untrue === 0 ? "none is untrue" : `${untrue} untrue`}`;
  return toLogText([...lines, summary, ""].join("\n"));
}

/** A true label looks as what is safe does, and an untrue one as what is not. */
const COLORS = { true: "safe", untrue: "unsafe", unknown: "unknown" } as const;
