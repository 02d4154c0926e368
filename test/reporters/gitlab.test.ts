/** GitLab Code Quality: every issue has what GitLab reads, with a fingerprint of its own. */
import { expect, test } from "vitest";
import type { Report } from "../../src/report.js";
import { renderGitlab } from "../../src/reporters/gitlab.js";
import { everyVerdict, gateOf, hostileReport, manyFindings } from "./hostile-report.js";

interface Issue {
  readonly description: string;
  readonly check_name: string;
  readonly fingerprint: string;
  readonly severity: string;
  readonly location: { readonly path: string; readonly lines: { readonly begin: number } };
}

function render(report: Report, failOn: Parameters<typeof gateOf>[1] = "risky"): readonly Issue[] {
  const text = renderGitlab([report], { width: 100, color: false }, [gateOf(report, failOn)]);
  const issues = JSON.parse(text) as Issue[];
  expect(new Set(issues.map(({ fingerprint }) => fingerprint)).size).toBe(issues.length);
  for (const { severity, location } of issues) {
    expect(["info", "minor", "major", "critical", "blocker"]).toContain(severity);
    expect(location).toEqual({ path: expect.stringMatching(/^[^/\s]\S*$/) as string, lines: { begin: 1 } });
  }
  return issues;
}

test("what the gate stops is a blocker", () => {
  expect(render(everyVerdict()).map(({ severity }) => severity)).toEqual(Array(4).fill("blocker"));
});

test("else the severity of the finding counts", () => {
  const severities = render(everyVerdict(), "never").map(({ severity }) => severity);
  expect(severities).toEqual(["critical", "critical", "major", "minor"]);
});

test("an issue says which image, which library, and why", () => {
  expect(render(everyVerdict())[1]).toMatchObject({
    description:
      "registry.example/team/app:1: libunsafe.so.1 is unsafe: The host's libunsafe.so.1 needs GLIBC_2.38, which the image's /lib/libc.so.6 does not define",
    check_name: "version-not-defined",
    location: { path: "usr/bin/app" },
  });
});

test("hostile names", () => {
  const issues = render(hostileReport());
  expect(issues.filter(({ description }) => /\p{C}/u.test(description))).toEqual([]);
});

test("ten thousand findings", () => {
  expect(render(manyFindings(10_000))).toHaveLength(10_000);
});
