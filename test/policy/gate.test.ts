/** The gate, over every verdict, every --fail-on, unknown allowed or not, and libraries chosen or not. */
import { describe, expect, test } from "vitest";
import { checkGate, type GateOptions } from "../../src/policy/gate.js";
import {
  VERDICTS,
  type Finding,
  type MountReport,
  type Report,
  type Severity,
  type Verdict,
} from "../../src/report.js";

const FAIL_ON = [...VERDICTS, "never"] as const;

/** The table of the interface, spelled out: what fails at which --fail-on while unknown is not allowed. */
const FAILS: Readonly<Record<(typeof FAIL_ON)[number], readonly Verdict[]>> = {
  safe: ["safe", "loads", "no-effect", "risky", "safe-with", "unknown", "unsafe"],
  loads: ["loads", "no-effect", "risky", "safe-with", "unknown", "unsafe"],
  "no-effect": ["no-effect", "risky", "safe-with", "unknown", "unsafe"],
  risky: ["risky", "safe-with", "unknown", "unsafe"],
  "safe-with": ["safe-with", "unknown", "unsafe"],
  unknown: ["unknown", "unsafe"],
  unsafe: ["unknown", "unsafe"],
  never: [],
};

function mount(soname: string, verdict: Verdict): MountReport {
  const path = `/usr/lib/${soname}`;
  const counts = { consumers: 1, broken: 0, latent: 0 };
  const along = { companions: [], companionMounts: [], suggested: [], suggestedMounts: [] };
  return {
    ...{ soname, source: path, target: path, loader: "ok", verdict, findings: [] },
    ...along,
    ...counts,
  };
}

function finding(rule: string, severity: Severity): Finding {
  return { rule, severity, message: "x", subjects: [], evidence: [] };
}

function report(mounts: readonly MountReport[], findings: readonly Finding[] = []): Report {
  const libc = { family: "glibc" } as const;
  return {
    schemaVersion: "1.0.0",
    tool: { name: "containerspec", version: "0" },
    image: { source: "app.tar", digest: "sha256:0", platform: "linux/amd64", libc, layers: [], findings },
    host: { source: "live", name: "x", libc },
    ...({ placement: "over", companions: "none", layerMode: "overlay" } as const),
    mounts,
    set: null,
    rules: [],
    summary: { safe: 0, loads: 0, "no-effect": 0, risky: 0, "safe-with": 0, unknown: 0, unsafe: 0 },
  };
}

const CHOSEN: GateOptions = { failOn: "risky", allowUnknown: false, hasChosen: true };

describe("a chosen library", () => {
  describe.each(FAIL_ON)("at --fail-on %s", (failOn) => {
    test.each(VERDICTS)("%s", (verdict) => {
      const isFailure = FAILS[failOn].includes(verdict);
      const one = report([mount("libx.so.1", verdict)]);
      expect(checkGate(one, { ...CHOSEN, failOn })).toEqual({
        passes: !isFailure,
        counts: failOn === "never" ? "nothing" : "libraries",
        failed: isFailure ? ["libx.so.1"] : [],
        imageRules: [],
      });
      const allowed = checkGate(one, { ...CHOSEN, failOn, allowUnknown: true });
      expect(allowed.passes).toBe(verdict === "unknown" || !isFailure);
    });
  });
});

describe("no library chosen", () => {
  test.each(FAIL_ON)("no verdict fails at --fail-on %s", (failOn) => {
    const all = report(VERDICTS.map((verdict) => mount(`lib${verdict}.so.1`, verdict)));
    const counts = failOn === "never" ? "nothing" : "image";
    expect(checkGate(all, { failOn, allowUnknown: false, hasChosen: false })).toMatchObject({ passes: true, counts });
  });
});

describe.each([true, false])("a finding about the image, libraries chosen: %s", (hasChosen) => {
  const gate = (severity: Severity, failOn: GateOptions["failOn"], allowUnknown = false): boolean =>
    checkGate(report([], [finding("link-loop", severity)]), { failOn, allowUnknown, hasChosen }).passes;

  test("an error fails at all but never", () => {
    expect(FAIL_ON.filter((failOn) => gate("error", failOn))).toEqual(["never"]);
  });
  test("a warning fails as risky does", () => {
    const passing = FAIL_ON.filter((failOn) => !FAILS[failOn].includes("risky"));
    expect(FAIL_ON.filter((failOn) => gate("warning", failOn))).toEqual(passing);
  });
  test("what is unknown fails unless it is allowed", () => {
    expect(FAIL_ON.filter((failOn) => gate("unknown", failOn))).toEqual(["never"]);
    expect(FAIL_ON.filter((failOn) => gate("unknown", failOn, true))).toEqual([...FAIL_ON]);
  });
  test("a note fails nothing", () => {
    expect(FAIL_ON.filter((failOn) => gate("note", failOn))).toEqual([...FAIL_ON]);
  });
});

test("names every library and every rule that failed, each once", () => {
  const result = checkGate(
    report(
      [mount("liba.so.1", "unsafe"), mount("libb.so.1", "safe"), mount("libc.so.1", "unknown")],
      [finding("link-loop", "error"), finding("link-loop", "error"), finding("machine-differs", "error")],
    ),
    CHOSEN,
  );
  expect(result).toEqual({
    passes: false,
    counts: "libraries",
    failed: ["liba.so.1", "libc.so.1"],
    imageRules: ["link-loop", "machine-differs"],
  });
});
