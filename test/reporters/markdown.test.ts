/** Markdown as GitHub's own renderer (cmark-gfm) makes HTML of it: the answer is there, and no name becomes anything but text. */
import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { toDisplayText } from "../../src/display-text.js";
import { checkGate } from "../../src/policy/gate.js";
import type { Report } from "../../src/report.js";
import { renderGithubSummary } from "../../src/reporters/github-summary.js";
import { code, fence, sentence } from "../../src/reporters/markdown-text.js";
import { renderMarkdown } from "../../src/reporters/markdown.js";
import { everyVerdict, gateOf, HOSTILE_NAMES, hostileReport, manyFindings, wholeReport } from "./hostile-report.js";

const TERMINAL = { width: 100, color: false };
const EXTENSIONS = ["table", "autolink", "strikethrough", "tagfilter", "tasklist"].flatMap((name) => ["-e", name]);
const hasRenderer = spawnSync("cmark-gfm", ["--version"]).status === 0;
const rendered = hasRenderer ? test : test.skip;
const skipped = hasRenderer ? "" : " (skipped: there is no cmark-gfm)";

function toHtml(markdown: string): string {
  const { stdout, status } = spawnSync("cmark-gfm", ["--unsafe", ...EXTENSIONS], {
    input: markdown,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  expect(status).toBe(0);
  return stdout;
}

/** The text of HTML without its elements. */
function textOf(html: string): string {
  return html
    .replace(/<[^>]*>/g, "")
    .replace(/&#(\d+);/g, (_, number) => String.fromCodePoint(Number(number)))
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&");
}

function elementsOf(html: string): readonly string[] {
  return [...new Set([...html.matchAll(/<\/?([a-z0-9]+)/gi)].map(([, name = ""]) => name.toLowerCase()))].sort();
}

function render(report: Report, gate = gateOf(report)): string {
  return renderMarkdown([report], TERMINAL, [gate]);
}

describe("the answer comes first", () => {
  test.each([
    ["fails", everyVerdict(), "### ❌ The gate fails: 7 libraries judged: 1 unsafe, 1 unknown, 1 safe-with, 1 risky,"],
    [
      "passes",
      wholeReport(everyVerdict().mounts.slice(0, 2)),
      "### ✅ The gate passes: 2 libraries judged: 1 loads, 1 safe\n",
    ],
  ])("the gate %s", (_, report, start) => {
    expect(render(report).startsWith(start)).toBe(true);
  });

  test("nothing that was not gated looks as if it had passed", () => {
    const report = everyVerdict();
    const gate = checkGate(report, { failOn: "risky", allowUnknown: false, hasChosen: false });
    expect(render(report, gate)).toMatch(/^### ⚠️ No library was gated: 7 libraries/);
    expect(render(report, gateOf(report, "never"))).toMatch(/^### ⚠️ Nothing was gated: 7 libraries/);
  });
});

rendered(`a table by verdict, and a fold for each that has reasons${skipped}`, () => {
  const html = toHtml(render(everyVerdict()));
  expect([...html.matchAll(/<td><strong>([a-z-]+)<\/strong>/g)].map(([, verdict]) => verdict)).toEqual([
    "unsafe",
    "unknown",
    "safe-with",
    "risky",
    "no-effect",
    "loads",
    "safe",
  ]);
  expect(textOf(html)).toContain("libunsafe.so.1 is unsafe");
  expect(textOf(html)).toContain("version `GLIBC_2.38' not found (required by /lib/libunsafe.so.1)");
  expect(html.match(/<details>/g)).toHaveLength(4);
});

rendered(`hostile names become no element, no link and no end of a table${skipped}`, () => {
  const expected = elementsOf(toHtml(render(everyVerdict())));
  const html = toHtml(render(hostileReport()));
  expect(elementsOf(html)).toEqual(expected);
  expect(expected).not.toContain("a");
  expect(html.match(/<tr>/g)).toHaveLength(2);
  expect(html.match(/<td[ >]/g)).toHaveLength(3);
  expect(html.match(/<details>/g)).toHaveLength(HOSTILE_NAMES.length + 1);
});

/** What GitHub and GitLab do after rendering: people and issues are looked for in all text that is not in code. */
rendered(`nobody is mentioned${skipped}`, () => {
  const outside = toHtml(render(hostileReport())).replace(/<(code|pre)[ >].*?<\/\1>/gs, "");
  expect(textOf(outside)).not.toMatch(/[@#]|https?:|www\./);
});

describe.each(HOSTILE_NAMES)("the name %j", (name) => {
  const shown = toDisplayText(name);
  rendered(`is text in code, in a sentence, in a cell and in a block${skipped}`, () => {
    expect(textOf(toHtml(`x ${code(shown)}`)).trim()).toBe(`x ${shown}`.trim());
    expect(textOf(toHtml(`x ${sentence(`The host's ${shown} needs`)}`)).replace(/\s+/g, " ")).toBe(
      `x The host's ${shown} needs `.replace(/\s+/g, " "),
    );
    const cells = toHtml(`| a | b |\n| - | - |\n| ${code(shown)} | end |\n`);
    expect([...cells.matchAll(/<td>(.*?)<\/td>/g)].map(([, cell = ""]) => textOf(cell))).toEqual([shown, "end"]);
    expect(textOf(toHtml(fence(shown)))).toBe(`${shown}\n\n`);
  });
});

describe("ten thousand findings", () => {
  const report = manyFindings(10_000);
  test.each([
    ["a comment", renderMarkdown, 65_536],
    ["a summary", renderGithubSummary, 1_048_576],
  ])("%s has room for some of them, and says how many are left", (_, renderer, limit) => {
    const text = renderer([report], TERMINAL, [gateOf(report)]);
    const told = text.match(/<details>/g)?.length ?? 0;
    expect(Buffer.byteLength(text)).toBeLessThan(limit);
    expect(told).toBeGreaterThan(50);
    expect(text).toContain(`The reasons for ${10_000 - told} more are in`);
  });

  test("so has a comment on a thousand reports, of which those that fail come first", () => {
    const reports = Array.from({ length: 1_000 }, (_, index) => (index === 999 ? everyVerdict() : wholeReport([])));
    const text = renderMarkdown(
      reports,
      TERMINAL,
      reports.map((one) => gateOf(one)),
    );
    expect(Buffer.byteLength(text)).toBeLessThan(65_536);
    expect(text).toMatch(/^- ❌ The gate fails/);
  });
});
