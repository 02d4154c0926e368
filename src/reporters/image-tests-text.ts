/** What became of the tests of an image, for people: those that failed with what was found, and a line for each of the others. */
import { toDisplayTexts, toLogText } from "../display-text.js";
import type { TestReport, TestResult } from "../structure/test-result.js";
import { createStyle, wrap, type Style, type Terminal } from "./terminal.js";

const WORDS: Readonly<Record<TestResult["outcome"], string>> = { passed: "ok", failed: "FAILED", unknown: "UNKNOWN" };

export function renderImageTests(whole: TestReport, terminal: Terminal): string {
  const report = toDisplayTexts(whole);
  const { image, passed, failed, unknown, results } = report;
  const style = createStyle(terminal.color);
  const lines = [
    ...wrap(
      `${image.source}${image.reference === undefined ? "" : `: ${image.reference}`}, ${image.platform}`,
      terminal.width,
      "",
    ),
    ...results.flatMap((result) => renderResult(result, terminal, style)),
    style.bold(`${passed} passed, ${failed} failed, ${unknown} unknown`),
    "",
  ];
  return toLogText(lines.join("\n"));
}

function renderResult(
  { name, kind, outcome, messages, loaderMessages }: TestResult,
  { width }: Terminal,
  style: Style,
) {
  const word = WORDS[outcome];
  const told = outcome === "passed" ? word : style.bold(word);
  return [
    ...wrap(`${name} (${kind}): ${told}`, width, "  ", "    "),
    ...messages.flatMap((message) => wrap(message, width, "    ", "      ")),
    ...loaderMessages.flatMap((message) => wrap(message, width, "    | ")),
  ];
}
