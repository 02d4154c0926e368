/** The gate under a policy: what it changes, that it changes nothing else, and that every doubt fails. */
import { describe, expect, test } from "vitest";
import { checkGate, type GateOptions, type GateResult } from "../../src/policy/gate.js";
import { checkGates } from "../../src/policy/gates.js";
import type { Acceptance, Policy } from "../../src/policy/policy.js";
import type { Report } from "../../src/report.js";
import { MOUNT_RULES } from "../../src/rules/catalog.js";
import { mountOf, wholeReport } from "../reporters/hostile-report.js";
import { lacksVersion } from "../reporters/report-builder.js";

const TODAY = "2027-01-15";
const EMPTY: Policy = {
  source: "containerspec.yaml",
  hosts: [],
  libraries: [],
  required: [],
  severities: new Map(),
  floors: {},
  accept: [],
};
const ACCEPT: Acceptance = {
  place: "containerspec.yaml, line 3",
  rule: "version-not-defined",
  reason: "never started",
  owner: "ops",
  expires: "2027-01-15",
};

function gate(report: Report, policy: Partial<Policy> = {}, more: Partial<GateOptions> = {}): GateResult {
  const options = { failOn: "risky", allowUnknown: false, hasChosen: true, today: TODAY, ...more } as const;
  return checkGate(report, { ...options, policy: { ...EMPTY, ...policy } });
}

const UNSAFE = wholeReport([mountOf("unsafe", [lacksVersion("libz.so.1", "GLIBC_2.38")], "libz.so.1")]);

describe("an accepted finding", () => {
  test("passes until its last day, and says who answers", () => {
    expect(gate(UNSAFE).failed).toEqual(["libz.so.1"]);
    expect(gate(UNSAFE, { accept: [ACCEPT] })).toMatchObject({
      passes: true,
      failed: [],
      accepted: [{ rule: "version-not-defined", about: "libz.so.1", owner: "ops", expires: "2027-01-15" }],
    });
  });
  test("fails from the next day on, and says so", () => {
    expect(gate(UNSAFE, { accept: [ACCEPT] }, { today: "2027-01-16" })).toMatchObject({
      passes: false,
      failed: ["libz.so.1"],
      reasons: [
        "the acceptance of version-not-defined for libz.so.1 ended on 2027-01-15 (containerspec.yaml, line 3): ask ops",
      ],
    });
  });
  test("without a day every one has ended", () => {
    const { passes } = checkGate(UNSAFE, {
      ...{ failOn: "risky", allowUnknown: false, hasChosen: true },
      policy: { ...EMPTY, accept: [ACCEPT] },
    });
    expect(passes).toBe(false);
  });
  test("that has ended is replaced by one that has not", () => {
    const later = { ...ACCEPT, expires: "2028-01-01" };
    expect(gate(UNSAFE, { accept: [{ ...ACCEPT, expires: "2026-01-01" }, later] }).passes).toBe(true);
  });

  test.each<[string, Partial<Acceptance>, boolean]>([
    ["of another rule", { rule: "symbol-not-defined" }, false],
    ["of this library", { library: "libz.so.*" }, true],
    ["of another library", { library: "libx.so.*" }, false],
    ["in this image", { image: "registry.example/team/app" }, true],
    ["in this image with its tag", { image: "registry.example/team/app:1" }, true],
    ["in this file", { image: "app.tar" }, true],
    ["in another image", { image: "team/app" }, false],
    ["on this host", { host: "host.json" }, true],
    ["on a host of this system", { host: "Test Linux *" }, true],
    ["on another host", { host: "live" }, false],
    ["for these consumers", { consumers: ["/usr/bin/*"] }, false],
    ["for all consumers", { consumers: ["/usr/bin/app", "/lib/*"] }, true],
  ])("%s", (_, more, passes) => {
    const report = wholeReport([
      mountOf(
        "unsafe",
        [lacksVersion("libz.so.1", "GLIBC_2.38", { subjects: ["/lib/other", "/usr/bin/app"] })],
        "libz.so.1",
      ),
    ]);
    expect(gate(report, { accept: [{ ...ACCEPT, ...more }] }).passes).toBe(passes);
  });

  test("does not cover a consumer that comes later", () => {
    const accept = [{ ...ACCEPT, consumers: ["/usr/bin/app"] }];
    const withSubjects = (subjects: readonly string[]): Report =>
      wholeReport([mountOf("unsafe", [lacksVersion("libz.so.1", "GLIBC_2.38", { subjects })], "libz.so.1")]);
    expect(gate(withSubjects(["/usr/bin/app", "/lib/libz.so.1"]), { accept }).passes).toBe(true);
    expect(gate(withSubjects(["/usr/bin/app", "/usr/bin/other"]), { accept }).passes).toBe(false);
  });
  test("does not cover another finding of the library", () => {
    const other = lacksVersion("libz.so.1", "GLIBC_2.38", { rule: "symbol-not-defined" });
    const report = wholeReport([mountOf("unsafe", [lacksVersion("libz.so.1", "GLIBC_2.38"), other], "libz.so.1")]);
    expect(gate(report, { accept: [ACCEPT] }).failed).toEqual(["libz.so.1"]);
  });
  test("does not cover what the loader does and no finding tells", () => {
    const note = lacksVersion("libz.so.1", "GLIBC_2.38", { severity: "note" });
    for (const loader of ["broken", "unknown", "latent"] as const) {
      const verdict = { broken: "unsafe", unknown: "unknown", latent: "risky" } as const;
      const mount = { ...mountOf("unsafe", [note], "libz.so.1"), loader, verdict: verdict[loader] };
      expect(gate(wholeReport([mount]), { accept: [ACCEPT] }).failed).toEqual(["libz.so.1"]);
    }
  });
  test("does not cover a verdict that is worse than all that is told", () => {
    const mount = {
      ...mountOf("unsafe", [lacksVersion("libz.so.1", "X", { severity: "warning" })], "libz.so.1"),
      loader: "ok",
    };
    expect(gate(wholeReport([{ ...mount, loader: "ok" }]), { accept: [ACCEPT] }).failed).toEqual(["libz.so.1"]);
  });
  test("leaves the report as it is", () => {
    const before = JSON.stringify(UNSAFE);
    gate(UNSAFE, { accept: [ACCEPT], severities: new Map([["version-not-defined", "note"]]) });
    expect(JSON.stringify(UNSAFE)).toBe(before);
  });

  test("of a note that means a verdict", () => {
    const note = lacksVersion("libz.so.1", "X", { rule: "unversioned-symbols", severity: "note" });
    const report = wholeReport([{ ...mountOf("loads", [note], "libz.so.1"), loader: "ok" }]);
    const options = { failOn: "loads" } as const;
    expect(gate(report, {}, options).passes).toBe(false);
    expect(gate(report, { accept: [{ ...ACCEPT, rule: "unversioned-symbols" }] }, options).passes).toBe(true);
  });

  test("about the image itself", () => {
    const finding = lacksVersion("x", "y", { rule: "link-loop", severity: "error" });
    const report = { ...UNSAFE, mounts: [], image: { ...UNSAFE.image, findings: [finding] } };
    expect(gate(report).imageRules).toEqual(["link-loop"]);
    expect(gate(report, { accept: [{ ...ACCEPT, rule: "link-loop" }] })).toMatchObject({
      passes: true,
      imageRules: [],
    });
    expect(gate(report, { accept: [{ ...ACCEPT, rule: "link-loop", library: "*" }] }).passes).toBe(false);
  });
  test("of a set", () => {
    const findings = [lacksVersion("libz.so.1", "GLIBC_2.38")];
    const set = { loader: "broken", verdict: "unsafe", findings, suggested: [], suggestedMounts: [] } as const;
    const report = { ...UNSAFE, mounts: [{ ...mountOf("safe", [], "libz.so.1") }], set };
    expect(gate(report).failed).toEqual(["the set"]);
    expect(gate(report, { accept: [ACCEPT] }).passes).toBe(true);
  });
});

test("rules whose notes mean a verdict are those of the catalog", () => {
  for (const { id, means } of MOUNT_RULES) {
    const note = lacksVersion("libz.so.1", "X", { rule: id, severity: "note" });
    const other = lacksVersion("libz.so.1", "X", { severity: "warning" });
    const report = wholeReport([{ ...mountOf("risky", [note, other], "libz.so.1"), loader: "ok" }]);
    const left = gate(report, { accept: [ACCEPT] }, { failOn: means ?? "loads" });
    expect([id, left.passes]).toEqual([id, means === undefined || id === ACCEPT.rule]);
  }
});

describe("a severity", () => {
  const of = (severity: "error" | "unknown" | "warning" | "note"): Partial<Policy> => ({
    severities: new Map([["version-not-defined", severity]]),
  });
  test("that is milder lets pass what the loader refuses for this reason alone", () => {
    expect(gate(UNSAFE, of("note")).passes).toBe(true);
    expect(gate(UNSAFE, of("warning")).failed).toEqual(["libz.so.1"]);
    expect(gate(UNSAFE, of("warning"), { failOn: "safe-with" }).passes).toBe(true);
  });
  test("that is stricter fails what passed", () => {
    const note = lacksVersion("libz.so.1", "X", { severity: "note" });
    const report = wholeReport([{ ...mountOf("safe", [note], "libz.so.1"), loader: "ok" }]);
    expect(gate(report).passes).toBe(true);
    expect(gate(report, of("error")).failed).toEqual(["libz.so.1"]);
    expect(gate(report, of("unknown")).passes).toBe(false);
    expect(gate(report, of("unknown"), { allowUnknown: true }).passes).toBe(true);
  });
});

describe("a required library", () => {
  const required = [{ library: "libz.so.1", hosts: [] }];
  const report = (verdict: "safe" | "no-effect" | "risky" | "unsafe"): Report =>
    wholeReport([mountOf(verdict, [], "libz.so.1")]);
  test("must be there and mountable", () => {
    expect(gate(report("safe"), { required }).passes).toBe(true);
    expect(gate(wholeReport([]), { required }).reasons).toEqual([
      "libz.so.1 must be mountable, and the host has no library of this name for it",
    ]);
    expect(gate(report("no-effect"), { required }).reasons).toEqual([
      "libz.so.1 must be mountable, and mounting it has no effect",
    ]);
    expect(gate(report("unsafe"), { required }).reasons).toEqual(["libz.so.1 must be mountable, and it is unsafe"]);
  });
  test("on some hosts only", () => {
    const on = (host: string): boolean =>
      gate(wholeReport([]), { required: [{ library: "libz.so.1", hosts: [host] }] }).passes;
    expect([on("host.json"), on("Test*"), on("other.json")]).toEqual([false, false, true]);
  });
  test("counts as accepted findings let it", () => {
    expect(gate(UNSAFE, { required, accept: [ACCEPT] }).passes).toBe(true);
  });
});

describe("floors", () => {
  const image = (more: Partial<Report["image"]>): Report => {
    const report = wholeReport([]);
    return { ...report, image: { ...report.image, ...more } };
  };
  test.each<[string, Policy["floors"], Partial<Report["image"]>, boolean]>([
    ["glibc as new", { glibc: "2.36" }, {}, true],
    ["glibc older, as numbers", { glibc: "2.4" }, { libc: { family: "glibc", version: "2.36" } }, true],
    ["glibc newer", { glibc: "2.38" }, {}, false],
    ["glibc of an image with musl", { glibc: "2.28" }, { libc: { family: "musl", version: "1.2.5" } }, false],
    ["glibc that nobody knows", { glibc: "2.28" }, { libc: { family: "unknown" } }, false],
    ["a kernel that is old enough", { kernel: "4.18" }, { floors: { kernel: "3.2.0" } }, true],
    ["the very kernel", { kernel: "4.18" }, { floors: { kernel: "4.18.0" } }, true],
    ["a kernel that is too new", { kernel: "4.18" }, { floors: { kernel: "5.4.0" } }, false],
    ["no kernel asked for", { kernel: "4.18" }, { floors: {} }, true],
    ["a kernel where nobody looked", { kernel: "4.18" }, {}, false],
    ["a lower level", { isa: "x86-64-v3" }, { floors: { isa: "x86-64-v2" } }, true],
    ["the same level", { isa: "x86-64-v3" }, { floors: { isa: "x86-64-v3" } }, true],
    ["a higher level", { isa: "x86-64-v2" }, { floors: { isa: "x86-64-v3" } }, false],
    ["a level of another machine", { isa: "x86-64-v2" }, { floors: { isa: "power9" } }, true],
    ["a level where nobody looked", { isa: "x86-64-v2" }, {}, false],
  ])("%s", (_, floors, more, passes) => {
    expect(gate(image(more), { floors }).passes).toBe(passes);
  });
  test("what nobody knows passes where unknown is allowed", () => {
    expect(gate(image({}), { floors: { kernel: "4.18" } }, { allowUnknown: true }).passes).toBe(true);
    expect(gate(image({}), { floors: { glibc: "2.38" } }, { allowUnknown: true }).passes).toBe(false);
  });
});

test("--fail-on never lets all pass, also what a policy demands", () => {
  const policy = { required: [{ library: "libno.so.1", hosts: [] }], floors: { glibc: "9.9" } };
  expect(gate(UNSAFE, policy, { failOn: "never" })).toMatchObject({ passes: true, counts: "nothing" });
});

describe("acceptances that match nothing", () => {
  const notes = (accept: readonly Acceptance[]): readonly string[] =>
    checkGates([UNSAFE], {
      ...{ failOn: "risky", allowUnknown: false, hasChosen: true, today: TODAY },
      policy: { ...EMPTY, accept },
    }).notes;
  test("are told", () => {
    expect(notes([ACCEPT])).toEqual([]);
    expect(notes([{ ...ACCEPT, library: "libno.so.1" }])).toEqual([
      "containerspec.yaml, line 3: the acceptance of version-not-defined matches no finding: take it out",
    ]);
    expect(notes([{ ...ACCEPT, library: "libno.so.1", expires: "2026-01-01" }])).toEqual([
      "containerspec.yaml, line 3: the acceptance of version-not-defined matches no finding, and ended on 2026-01-01: take it out",
    ]);
  });
  test("but not where they are about an image or host that was not looked at", () => {
    expect(notes([{ ...ACCEPT, image: "other", library: "libno.so.1" }])).toEqual([]);
    expect(notes([{ ...ACCEPT, host: "other.json", library: "libno.so.1" }])).toEqual([]);
  });
});
