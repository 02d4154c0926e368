/** What differs between two runs: each change once, with its direction, and nothing that is only a matter of naming. */
import { describe, expect, test } from "vitest";
import { compareReports } from "../../src/compare/compare-reports.js";
import type { Report } from "../../src/report.js";
import { renderDiff } from "../../src/reporters/diff-text.js";
import { renderDiffMarkdown } from "../../src/reporters/diff-markdown.js";
import { everyVerdict, hostileReport, mountOf, wholeReport } from "../reporters/hostile-report.js";
import { lacksVersion } from "../reporters/report-builder.js";

const Z = lacksVersion("libz.so.1", "GLIBC_2.38");
const BEFORE = wholeReport([
  mountOf("safe", [], "liba.so.1"),
  mountOf("unsafe", [Z], "libz.so.1"),
  mountOf("safe", [], "libold.so.1"),
]);
const AFTER = wholeReport([
  mountOf("risky", [], "liba.so.1"),
  mountOf("safe", [], "libz.so.1"),
  mountOf("loads", [], "libnew.so.1"),
]);

test("a report is the same as itself, built again under another tag", () => {
  const again = {
    ...everyVerdict(),
    image: { ...everyVerdict().image, reference: "registry.example/team/app:2", digest: "x" },
  };
  expect(compareReports([everyVerdict()], [again])).toMatchObject({ same: true });
  expect(compareReports([everyVerdict(), BEFORE], [again, BEFORE]).same).toBe(true);
});

test("libraries that got worse, got better, came and went", () => {
  const { same, libraries, findings, reports } = compareReports([BEFORE], [AFTER]);
  expect(same).toBe(false);
  expect(
    libraries.changed.map(({ name, before, after, trend }) => [name, before.verdict, after.verdict, trend]),
  ).toEqual([
    ["liba.so.1", "safe", "risky", "worse"],
    ["libz.so.1", "unsafe", "safe", "better"],
  ]);
  expect(libraries.added.map(({ name, verdict }) => [name, verdict])).toEqual([["libnew.so.1", "loads"]]);
  expect(libraries.removed.map(({ name }) => name)).toEqual(["libold.so.1"]);
  expect([findings.added, findings.removed.map(({ about, rule }) => [about, rule])]).toEqual([
    [],
    [["libz.so.1", Z.rule]],
  ]);
  expect(reports).toEqual({ added: [], removed: [] });
});

test("what is turned round comes out turned round", () => {
  const there = compareReports([BEFORE], [AFTER]);
  const back = compareReports([AFTER], [BEFORE]);
  expect(back.libraries.added.map(({ name }) => name)).toEqual(there.libraries.removed.map(({ name }) => name));
  expect(back.libraries.changed.map(({ trend }) => trend)).toEqual(["better", "worse"]);
});

test("a severity that changed is a finding that went and one that came", () => {
  const of = (severity: "error" | "warning"): Report =>
    wholeReport([mountOf("risky", [{ ...Z, severity }], "libz.so.1")]);
  const { findings } = compareReports([of("warning")], [of("error")]);
  expect([findings.added.map(({ severity }) => severity), findings.removed.map(({ severity }) => severity)]).toEqual([
    ["error"],
    ["warning"],
  ]);
});

test("the loader alone", () => {
  const of = (loader: "ok" | "broken"): Report => wholeReport([{ ...mountOf("unsafe", [Z], "libz.so.1"), loader }]);
  expect(compareReports([of("ok")], [of("broken")]).libraries.changed).toMatchObject([{ trend: "worse" }]);
});

describe("several reports", () => {
  const on = (source: string, mounts = BEFORE.mounts): Report => ({
    ...BEFORE,
    mounts,
    host: { ...BEFORE.host, source },
  });
  test("are paired by host, in whatever order and folder", () => {
    const { same, reports } = compareReports([on("a.json"), on("b.json")], [on("new/b.json"), on("new/a.json")]);
    expect([same, reports]).toEqual([true, { added: [], removed: [] }]);
  });
  test("of which one has another host", () => {
    const { reports, libraries } = compareReports(
      [on("a.json"), on("b.json")],
      [on("a.json"), on("c.json", AFTER.mounts)],
    );
    expect([reports.added.map(({ host }) => host), reports.removed.map(({ host }) => host)]).toEqual([
      ["c.json"],
      ["b.json"],
    ]);
    expect(libraries.changed).toEqual([]);
  });
});

describe("as text and Markdown", () => {
  const plain = { width: 100, color: false };
  test("what got worse comes first", () => {
    const text = renderDiff(compareReports([BEFORE], [AFTER]), plain);
    expect(text).toMatch(
      /^1 library worse, 1 better, 1 new, 1 gone; 0 new findings, 1 gone\.\n\nWorse \(1\)\n {2}liba\.so\.1: safe -> risky\n/,
    );
    expect(renderDiffMarkdown(compareReports([BEFORE], [AFTER]))).toMatch(/^### ❌ 1 library worse\n/);
  });
  test("nothing says so", () => {
    const none = compareReports([BEFORE], [BEFORE]);
    expect(renderDiff(none, plain)).toBe("Both say the same: no verdict and no finding differs.\n");
    expect(renderDiffMarkdown(none)).toBe("### ✅ Nothing differs\n");
  });
  test("hostile names stay names", () => {
    const found = compareReports([wholeReport([])], [hostileReport()]);
    for (const text of [renderDiff(found, plain), renderDiffMarkdown(found)]) expect(text).not.toMatch(/[^\P{C}\n]/u);
    expect(renderDiffMarkdown(found)).not.toMatch(/^(?:::|##\[)/m);
  });
});
