/**
 * What a program prints in a job is read for commands by the job's runner. `readCommand` reads a line as GitHub's does
 * (actions/runner, ActionCommand.cs: TryParseV2 and TryParse); no text for people may hold one, whatever names it is made of.
 */
import { describe, expect, test } from "vitest";
import { compareReports } from "../../src/compare/compare-reports.js";
import { toLogText } from "../../src/display-text.js";
import { renderDiff } from "../../src/reporters/diff-text.js";
import { renderText } from "../../src/reporters/text.js";
import { hostileReport, mountOf, wholeReport } from "./hostile-report.js";
import { lacksVersion } from "./report-builder.js";

/** The command that a line is, or undefined. */
function readCommand(line: string): string | undefined {
  const trimmed = line.replace(/\u001b\[[0-9;]*m/g, "").trim();
  const second = /^::([^:]+)::/.exec(trimmed)?.[1];
  return second ?? /##\[([^\]]+)\]/.exec(line)?.[1] ?? /##vso\[([^\]]+)\]/i.exec(line)?.[1];
}

const NAMES = [
  "::stop-commands::x",
  "::add-mask::secret",
  "##[error]x",
  "##vso[task.setvariable variable=a]b",
  "##VSO[x]y",
];

function attack(): string[] {
  // A name after words that fill the line comes to the start of the next one.
  const message = `${"word ".repeat(17)}${NAMES.join(` ${"x".repeat(90)} `)} ${NAMES.join(" ")}`;
  const mounts = NAMES.map((name) => {
    const finding = lacksVersion(name, "GLIBC_2.38", { message, subjects: [name], loaderMessage: message });
    return { ...mountOf("unsafe", [finding], name), target: name, suggested: [name] };
  });
  const report = wholeReport(mounts);
  const image = { ...report.image, source: NAMES.join(" "), findings: [lacksVersion("x", "y", { message })] };
  const one = { ...report, image, host: { ...report.host, name: message } };
  return [40, 80, 100, Infinity].flatMap((width) =>
    [true, false].flatMap((color) => [
      renderText([one, hostileReport()], { width, color }),
      renderDiff(compareReports([wholeReport([])], [one]), { width, color }),
    ]),
  );
}

test("the reader of commands knows commands", () => {
  const found = ["  ::error::x", "::set-output name=a::b", "a ##[debug]x", "##vso[a]b", "a::b::c", ":: x", "#[a]"].map(
    readCommand,
  );
  expect(found).toEqual(["error", "set-output name=a", "debug", "a", undefined, undefined, undefined]);
});

test("no line of a text report is a command", () => {
  const lines = attack().flatMap((text) => text.split("\n"));
  expect(lines.filter((line) => readCommand(line) !== undefined)).toEqual([]);
  // They are there, with one letter as its byte.
  expect(lines.join("\n")).toContain("\\x3a:stop-commands::x");
  expect(lines.join("\n")).toContain("#\\x23[error]x");
});

describe("toLogText", () => {
  test.each([
    ["std::string of a C++ symbol", "std::string of a C++ symbol"],
    ["  a::b", "  a::b"],
    ["::x::y", "\\x3a:x::y"],
    ["\t ::x", "\t \\x3a:x"],
    ["one\n::two", "one\n\\x3a:two"],
    ["a ##[b] c", "a #\\x23[b] c"],
    ["# Head\n## Head [link]", "# Head\n## Head [link]"],
  ])("%j", (text, expected) => {
    expect(toLogText(text)).toBe(expected);
  });
});
