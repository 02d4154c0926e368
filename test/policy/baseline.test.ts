/** The gate beside a baseline: what was there passes, what got worse fails, and a doubt fails. */
import { describe, expect, test } from "vitest";
import { checkGates, type Gates } from "../../src/policy/gates.js";
import type { GateOptions } from "../../src/policy/gate.js";
import type { Finding, MountReport, Report, Verdict } from "../../src/report.js";
import { mountOf, wholeReport } from "../reporters/hostile-report.js";
import { lacksVersion } from "../reporters/report-builder.js";

const OPTIONS = { failOn: "risky", allowUnknown: false, hasChosen: true } as const;

function lacks(version: string, more: Partial<Finding> = {}): Finding {
  return lacksVersion("libz.so.1", version, more);
}

function z(verdict: Verdict, findings: readonly Finding[] = [], more: Partial<MountReport> = {}): MountReport {
  return { ...mountOf(verdict, findings, "libz.so.1"), ...more };
}

function hold(now: Report, before: Report, more: Partial<GateOptions> = {}): Gates {
  return checkGates([now], { ...OPTIONS, ...more, baseline: [before] });
}

const BAD = wholeReport([z("unsafe", [lacks("GLIBC_2.38")])]);

test("what failed before passes, and is told", () => {
  expect(hold(BAD, BAD).results).toEqual([
    { passes: true, counts: "libraries", failed: [], imageRules: [], known: ["libz.so.1"] },
  ]);
});

test.each<[string, readonly MountReport[], boolean]>([
  ["more consumers of the same trouble", [z("unsafe", [lacks("GLIBC_2.38", { subjects: ["/a", "/b", "/c"] })])], true],
  ["a sentence that was put better", [z("unsafe", [lacks("GLIBC_2.38", { message: "Better" })])], true],
  ["a note beside it", [z("unsafe", [lacks("GLIBC_2.38"), lacks("X", { severity: "note" })])], true],
  ["another missing version", [z("unsafe", [lacks("GLIBC_2.38"), lacks("GLIBC_2.39")])], false],
  ["another rule", [z("unsafe", [lacks("GLIBC_2.38"), lacks("X", { rule: "symbol-not-defined" })])], false],
  [
    "a new library that is bad",
    [z("unsafe", [lacks("GLIBC_2.38")]), mountOf("unsafe", [lacks("X")], "libnew.so.1")],
    false,
  ],
  ["a new library that is good", [z("unsafe", [lacks("GLIBC_2.38")]), mountOf("safe", [], "libnew.so.1")], true],
  ["a better verdict that still fails", [z("risky", [lacks("GLIBC_2.38", { severity: "warning" })])], true],
  ["none left", [], true],
])("%s", (_, mounts, passes) => {
  expect(hold(wholeReport(mounts), BAD).results[0]?.passes).toBe(passes);
});

test("a worse verdict fails", () => {
  const before = wholeReport([z("risky", [lacks("X", { severity: "warning" })])]);
  const after = wholeReport([z("unsafe", [lacks("X", { severity: "error" })])]);
  expect(hold(after, before).results[0]?.failed).toEqual(["libz.so.1"]);
});

test("what only the loader does worse fails", () => {
  const findings = [lacks("X", { rule: "c-library-family" })];
  const before = wholeReport([z("unsafe", findings, { loader: "ok" })]);
  expect(hold(wholeReport([z("unsafe", findings, { loader: "broken" })]), before).results[0]?.passes).toBe(false);
});

test("the image itself", () => {
  const of = (...findings: readonly Finding[]): Report => ({
    ...wholeReport([]),
    image: { ...wholeReport([]).image, findings },
  });
  const loop = (path: string): Finding =>
    lacks("X", { rule: "link-loop", evidence: [{ kind: "file", role: "link", path, side: "image" }] });
  expect(hold(of(loop("/a")), of(loop("/a"))).results[0]).toMatchObject({ passes: true, known: ["link-loop"] });
  expect(hold(of(loop("/a"), loop("/b")), of(loop("/a"))).results[0]).toMatchObject({ imageRules: ["link-loop"] });
});

test("a set", () => {
  const set = (...findings: readonly Finding[]): Report => ({
    ...wholeReport([z("safe")]),
    set: { loader: "broken", verdict: "unsafe", findings, suggested: [], suggestedMounts: [] },
  });
  expect(hold(set(lacks("A")), set(lacks("A"))).results[0]?.passes).toBe(true);
  expect(hold(set(lacks("A"), lacks("B")), set(lacks("A"))).results[0]?.failed).toEqual(["the set"]);
});

describe("an image that was built again", () => {
  const rename = (reference: string, source = "app.tar"): Report => ({
    ...BAD,
    image: { ...BAD.image, reference, source },
  });
  test("is the same under another tag and in another file", () => {
    const before = rename("registry.example/team/app:1");
    expect(hold(rename("registry.example/team/app:2", "new.tar"), before).results[0]?.passes).toBe(true);
  });
  test("is another under another name, which is told and fails", () => {
    const { results, notes } = hold(rename("other:1"), rename("registry.example/team/app:1"));
    expect(results[0]?.passes).toBe(false);
    expect(notes).toEqual(["the baseline has no report of app.tar on host.json made in this way: everything counts"]);
  });
  test("and what was judged in another way is no baseline", () => {
    expect(hold(BAD, { ...BAD, placement: "first" }).results[0]?.passes).toBe(false);
  });
});

describe("with a policy", () => {
  const accept = [{ place: "p, line 1", rule: "version-not-defined", reason: "r", owner: "o", expires: "2027-01-01" }];
  const policy = { source: "p", hosts: [], libraries: [], required: [], severities: new Map(), floors: {}, accept };
  test("an acceptance that has ended fails in spite of the baseline", () => {
    const { results } = hold(BAD, BAD, { policy, today: "2027-01-02" });
    expect(results[0]?.passes).toBe(false);
    expect(results[0]?.reasons?.[0]).toContain("ended on 2027-01-01");
  });
  test("a demand that was not met before is known", () => {
    const demanding = { ...policy, accept: [], floors: { glibc: "2.99" } };
    expect(hold(wholeReport([]), wholeReport([]), { policy: demanding, today: "2027-01-02" }).results[0]).toMatchObject(
      {
        passes: true,
        known: ["the image must bring glibc 2.99 or later, and it has 2.36"],
      },
    );
  });
});
