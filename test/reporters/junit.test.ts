/** JUnit XML, read by xmllint against the shape of Jenkins' schema and by Python, which says what came through. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { toDisplayText } from "../../src/display-text.js";
import { checkGate } from "../../src/policy/gate.js";
import type { Report } from "../../src/report.js";
import { renderJunit } from "../../src/reporters/junit.js";
import { everyVerdict, gateOf, HOSTILE_NAMES, hostileReport, manyFindings, wholeReport } from "./hostile-report.js";

const TERMINAL = { width: 100, color: false };
const SCHEMA = join(import.meta.dirname, "junit.xsd");
const READ = `
import json, sys, xml.etree.ElementTree as tree
def read(element): return [element.tag, element.attrib, element.text or "", [read(child) for child in element]]
print(json.dumps(read(tree.fromstring(sys.stdin.buffer.read()))))
`;
const hasTools = ["xmllint", "python3"].every((tool) => spawnSync(tool, ["--version"]).status === 0);
const read = hasTools ? test : test.skip;
const skipped = hasTools ? "" : " (skipped: xmllint and python3 are needed to read them)";

type Node = readonly [
  tag: string,
  attributes: Readonly<Record<string, string>>,
  text: string,
  children: readonly Node[],
];

function run(tool: string, args: readonly string[], input: string): string {
  const { stdout, stderr, status } = spawnSync(tool, args, { input, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  expect([status, status === 0 ? "" : stderr.slice(0, 500)]).toEqual([0, ""]);
  return stdout;
}

/** The suites of a document that both tools take. */
function readSuites(xml: string): readonly Node[] {
  run("xmllint", ["--noout", "--nonet", "--huge", "--schema", SCHEMA, "-"], xml);
  const [tag, , , suites] = JSON.parse(run("python3", ["-c", READ], xml)) as Node;
  expect(tag).toBe("testsuites");
  return suites;
}

function casesOf(suite: Node | undefined): readonly { name: string; outcome: string; node: Node }[] {
  return (suite?.[3] ?? [])
    .filter(([tag]) => tag === "testcase")
    .map((node) => ({
      name: node[1]["name"] ?? "",
      outcome: node[3].find(([tag]) => tag !== "system-out")?.[0] ?? "passed",
      node,
    }));
}

function render(report: Report, gate = gateOf(report)): string {
  return renderJunit([report], TERMINAL, [gate]);
}

describe("one report", () => {
  read(`what the gate fails is a failure, and what nobody vouches for is skipped${skipped}`, () => {
    const [suite] = readSuites(render(everyVerdict()));
    expect(suite?.[1]).toMatchObject({ tests: "8", failures: "4", errors: "0", skipped: "1" });
    expect(casesOf(suite).map(({ name, outcome }) => [name, outcome])).toEqual([
      ["the image itself", "passed"],
      ["libsafe.so.1", "passed"],
      ["libloads.so.1", "passed"],
      ["libno-effect.so.1", "skipped"],
      ["librisky.so.1", "failure"],
      ["libsafe-with.so.1", "failure"],
      ["libunknown.so.1", "failure"],
      ["libunsafe.so.1", "failure"],
    ]);
  });

  read(`where nothing was gated nothing fails, and only what works is green${skipped}`, () => {
    const report = everyVerdict();
    const gate = checkGate(report, { failOn: "risky", allowUnknown: false, hasChosen: false });
    const outcomes = casesOf(readSuites(render(report, gate))[0]).map(({ outcome }) => outcome);
    expect(outcomes).toEqual([...Array<string>(3).fill("passed"), ...Array<string>(5).fill("skipped")]);
  });

  read(`what the gate was told to let through passes, and unknown is skipped${skipped}`, () => {
    const report = everyVerdict();
    const gate = checkGate(report, { failOn: "unsafe", allowUnknown: true, hasChosen: true });
    const outcomes = Object.fromEntries(
      casesOf(readSuites(render(report, gate))[0]).map((one) => [one.name, one.outcome]),
    );
    expect(outcomes).toMatchObject({
      "librisky.so.1": "passed",
      "libunknown.so.1": "skipped",
      "libunsafe.so.1": "failure",
    });
  });

  read(`a failure has the reason, and the loader's words stand in system-out${skipped}`, () => {
    const failed = casesOf(readSuites(render(everyVerdict()))[0]).at(-1);
    const [failure, output] = failed?.node[3] ?? [];
    expect(failure?.[1]).toEqual({
      type: "unsafe",
      message: "unsafe: The host's libunsafe.so.1 needs GLIBC_2.38, which the image's /lib/libc.so.6 does not define",
    });
    expect(failure?.[2]).toContain("concerns /usr/bin/app, /lib/libunsafe.so.1");
    expect(output?.[2]).toBe(
      "verdict: unsafe\nloader: broken\n/lib/libc.so.6: version `GLIBC_2.38' not found (required by /lib/libunsafe.so.1)",
    );
  });

  read(`a set is one case${skipped}`, () => {
    const { mounts, ...rest } = everyVerdict();
    const set = { loader: "broken", verdict: "unsafe", findings: [], suggested: [], suggestedMounts: [] } as const;
    const report = { ...rest, set, mounts: mounts.map((mount) => ({ ...mount, verdict: set.verdict })) };
    expect(casesOf(readSuites(render(report))[0]).map(({ name, outcome }) => [name, outcome])).toEqual([
      ["the image itself", "passed"],
      ["the set", "failure"],
    ]);
  });
});

read(`a finding about the image that fails the gate fails its case${skipped}`, () => {
  const bare = wholeReport([]);
  const finding = { rule: "link-loop", severity: "error", message: "x", subjects: [], evidence: [] } as const;
  const report = { ...bare, image: { ...bare.image, findings: [finding] } };
  expect(casesOf(readSuites(render(report))[0]).map(({ outcome }) => outcome)).toEqual(["failure"]);
  const never = casesOf(readSuites(render(report, gateOf(report, "never")))[0]);
  expect(never.map(({ outcome }) => outcome)).toEqual(["skipped"]);
});

read(`a suite for each of several reports, and their sums${skipped}`, () => {
  const reports = [everyVerdict(), wholeReport([])];
  const xml = renderJunit(
    reports,
    TERMINAL,
    reports.map((report) => gateOf(report)),
  );
  expect(readSuites(xml).map(([, { tests }]) => tests)).toEqual(["8", "1"]);
  expect(xml).toContain('<testsuites name="containerspec" tests="9" failures="4" errors="0">');
});

read(`hostile names come through as they are shown${skipped}`, () => {
  const xml = render(hostileReport());
  const names = casesOf(readSuites(xml)[0]).map(({ name }) => name);
  expect(names).toEqual(["the image itself", ...HOSTILE_NAMES.map(toDisplayText)]);
  expect(xml).not.toContain("]]>");
});

read(`ten thousand findings${skipped}`, () => {
  expect(casesOf(readSuites(render(manyFindings(10_000)))[0])).toHaveLength(10_001);
});
