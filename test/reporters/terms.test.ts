/** What a policy and a baseline had a say in is told in every format that tells of the gate, and changes no verdict there. */
import { describe, expect, test } from "vitest";
import { checkGates } from "../../src/policy/gates.js";
import type { Policy } from "../../src/policy/policy.js";
import type { Report } from "../../src/report.js";
import { renderCsv } from "../../src/reporters/csv.js";
import { renderGithub } from "../../src/reporters/github.js";
import { renderGithubSummary } from "../../src/reporters/github-summary.js";
import { renderGitlab } from "../../src/reporters/gitlab.js";
import { renderHtml } from "../../src/reporters/html.js";
import { renderJunit } from "../../src/reporters/junit.js";
import { renderMarkdown } from "../../src/reporters/markdown.js";
import { renderSarif } from "../../src/reporters/sarif.js";
import { HOSTILE_NAMES, mountOf, wholeReport } from "./hostile-report.js";
import { lacksVersion } from "./report-builder.js";

const FORMATS = {
  csv: renderCsv,
  github: renderGithub,
  "github-summary": renderGithubSummary,
  gitlab: renderGitlab,
  html: renderHtml,
  junit: renderJunit,
  markdown: renderMarkdown,
  sarif: renderSarif,
} as const;
type Format = keyof typeof FORMATS;
const ALL = Object.keys(FORMATS) as readonly Format[];
const PLAIN = { width: 100, color: false };

const BAD = lacksVersion("libz.so.1", "GLIBC_2.38");
const REPORT = wholeReport([mountOf("unsafe", [BAD], "libz.so.1"), mountOf("safe", [], "liba.so.1")]);

function render(format: Format, policy: Partial<Policy>, baseline?: Report, report: Report = REPORT): string {
  const whole = {
    source: "p.yaml",
    hosts: [],
    libraries: [],
    required: [],
    severities: new Map(),
    floors: {},
    accept: [],
    ...policy,
  };
  const options = {
    failOn: "risky",
    allowUnknown: false,
    hasChosen: true,
    policy: whole,
    today: "2027-01-01",
  } as const;
  const { results } = checkGates([report], baseline === undefined ? options : { ...options, baseline: [baseline] });
  return FORMATS[format]([report], PLAIN, results);
}

/** Without what markup adds. */
function plainOf(text: string): string {
  return text
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll("`", "")
    .replaceAll("\\", "");
}

const ACCEPT = {
  place: "p.yaml, line 7",
  rule: BAD.rule,
  reason: "never started",
  owner: "ops",
  expires: "2027-06-30",
};
const DEMAND = "the image must bring glibc 2.40 or later, and it has 2.36";

test.each(ALL)("%s tells of a demand that is not met", (format) => {
  expect(plainOf(render(format, { floors: { glibc: "2.40" }, accept: [ACCEPT] }))).toContain(DEMAND);
});

test.each(ALL.filter((format) => format !== "github" && format !== "gitlab"))(
  "%s tells what was accepted, and the verdict",
  (format) => {
    const text = plainOf(render(format, { accept: [ACCEPT] }));
    expect(text).toContain(BAD.rule);
    expect(text).toContain("unsafe");
    if (format !== "csv") for (const words of ["never started", "ops", "2027-06-30"]) expect(text).toContain(words);
  },
);

describe("an accepted finding", () => {
  test("is suppressed in SARIF, where others are not", () => {
    const other = lacksVersion("libz.so.1", "GLIBC_2.39", { rule: "symbol-not-defined" });
    const report = wholeReport([mountOf("unsafe", [BAD, other], "libz.so.1")]);
    const log = JSON.parse(render("sarif", { accept: [ACCEPT] }, undefined, report)) as {
      runs: { results: { ruleId: string; suppressions?: object[] }[] }[];
    };
    const results = log.runs[0]?.results ?? [];
    expect(results.map(({ ruleId, suppressions }) => [ruleId, suppressions?.length])).toEqual([
      [BAD.rule, 1],
      ["symbol-not-defined", undefined],
    ]);
  });
  test("makes a green case in JUnit, and no error for GitHub and GitLab", () => {
    expect(render("junit", { accept: [ACCEPT] })).toContain('failures="0"');
    expect(render("github", { accept: [ACCEPT] })).toMatch(/^::warning /);
    expect(render("gitlab", { accept: [ACCEPT] })).not.toContain("blocker");
  });
});

test.each(["html", "junit", "markdown", "sarif"] as const)("%s tells what the baseline had", (format) => {
  const text = plainOf(render(format, {}, REPORT));
  expect(text).toMatch(format === "sarif" ? /"known": \[\s*"libz\.so\.1"/ : /In the baseline already: libz\.so\.1/);
});

test.each(ALL)("%s keeps hostile words of a policy from being more than words", (format) => {
  for (const name of HOSTILE_NAMES) {
    const accept = [{ ...ACCEPT, reason: name, owner: name, place: name }];
    const text = render(format, { accept });
    expect(text.replace(/\r\n|\t/g, "\n")).not.toMatch(/[^\P{C}\n]/u);
    if (format === "markdown" || format === "github-summary")
      expect(text.replace(/(`+)[^]*?\1/g, "")).not.toMatch(/^\s*- .*(?:<script|<img|<!--|\]\()/m);
    if (format === "html") expect(text.replace(/<script>[^]*?<\/script>/g, "")).not.toMatch(/<script>alert|<img/);
  }
});
