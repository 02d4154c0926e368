/**
 * SARIF, held against the published schema of 2.1.0 (as @microsoft/jest-sarif ships it, release rtm.5), and against what GitHub asks
 * of a file beyond that.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import type { Finding, Report } from "../../src/report.js";
import { toRelativeUri } from "../../src/reporters/file-uri.js";
import { renderSarif } from "../../src/reporters/sarif.js";
import { everyVerdict, gateOf, hostileReport, manyFindings, mountOf, wholeReport } from "./hostile-report.js";
import { lacksVersion } from "./report-builder.js";

const TERMINAL = { width: 100, color: false };
const require = createRequire(import.meta.url);
const SCHEMA = JSON.parse(
  readFileSync(require.resolve("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"), "utf8"),
) as Record<string, unknown>;

interface Location {
  readonly id?: number;
  readonly physicalLocation: { readonly artifactLocation: { readonly uri: string; readonly uriBaseId?: string } };
  readonly logicalLocations?: readonly { readonly name: string }[];
}

interface Result {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly message: { readonly text: string };
  readonly locations: readonly Location[];
  readonly relatedLocations?: readonly Location[];
  readonly partialFingerprints: Readonly<Record<string, string>>;
  readonly properties: Readonly<Record<string, unknown>>;
}

interface Run {
  readonly tool: {
    readonly driver: { readonly rules: readonly { id: string; defaultConfiguration: { level: string } }[] };
  };
  readonly automationDetails: { readonly id: string };
  readonly results: readonly Result[];
  readonly properties: { readonly libraries: readonly { name: string; verdict: string; gate: string }[] };
}

/** The schema is of draft 4, which ajv reads but for the name of its id; what it says of formats is checked here. */
const validate = new Ajv({
  strict: false,
  validateSchema: false,
  allErrors: false,
  // One of its patterns holds a bracket that Unicode mode refuses.
  unicodeRegExp: false,
  formats: {
    uri: (text: string) => URL.canParse(text),
    "uri-reference": (text: string) => /^[A-Za-z0-9._~:@+%/-]+$/.test(text) && URL.canParse(text, "file:///root/"),
    "date-time": true,
  },
}).compile({ ...SCHEMA, id: undefined, $schema: undefined });

function render(...reports: readonly Report[]): readonly Run[] {
  const log = JSON.parse(
    renderSarif(
      reports,
      TERMINAL,
      reports.map((report) => gateOf(report)),
    ),
  ) as { runs: Run[] };
  expect([validate(log), validate.errors?.slice(0, 3)]).toEqual([true, undefined]);
  return log.runs;
}

function runOf(report: Report): Run {
  return render(report)[0] as Run;
}

test("the schema refuses what is none", () => {
  expect(validate({ version: "2.1.0", runs: [{ tool: {} }] })).toBe(false);
  expect(validate({ version: "2.1.0", runs: [{ tool: { driver: { name: "x", helpUri: "x" } } }] })).toBe(false);
});

describe("a report", () => {
  test("is a run with a result for each finding, worst first", () => {
    const { results, properties } = runOf(everyVerdict());
    expect(results.map(({ level, properties }) => [properties["about"], properties["verdict"], level])).toEqual([
      ["libsafe-with.so.1", "safe-with", "error"],
      ["libunsafe.so.1", "unsafe", "error"],
      ["libunknown.so.1", "unknown", "error"],
      ["librisky.so.1", "risky", "warning"],
    ]);
    expect(properties.libraries.map(({ name, verdict, gate }) => [name, verdict, gate])).toContainEqual([
      "libno-effect.so.1",
      "no-effect",
      "open",
    ]);
  });

  test("has its rules, with a level each, and results that point at them", () => {
    const { tool, results } = runOf(everyVerdict());
    expect(tool.driver.rules.map(({ id }) => id)).toEqual(["version-not-defined"]);
    expect(results.map(({ ruleIndex, ruleId }) => tool.driver.rules[ruleIndex]?.id === ruleId)).not.toContain(false);
  });

  test("shows the file of the image with its layer, and relates the host's", () => {
    const [result] = runOf(wholeReport([mountOf("unsafe", [lacksVersion("libunsafe.so.1", "GLIBC_2.38")])])).results;
    expect(result?.locations).toEqual([
      {
        physicalLocation: {
          artifactLocation: { uri: "usr/bin/app", uriBaseId: "IMAGE" },
          region: { startLine: 1 },
        },
        logicalLocations: [
          {
            name: `sha256:${"3".repeat(64)}`,
            kind: "layer",
            fullyQualifiedName: `sha256:${"3".repeat(64)}/usr/bin/app`,
          },
        ],
      },
    ]);
    const related = result?.relatedLocations?.map(({ physicalLocation }) => physicalLocation.artifactLocation);
    expect(related).toEqual([
      { uri: "usr/lib/libunsafe.so.1", uriBaseId: "HOST" },
      { uri: "lib/libunsafe.so.1", uriBaseId: "IMAGE" },
    ]);
  });

  test("relates as many files as GitHub shows, and counts them all", () => {
    const subjects = Array.from({ length: 5_000 }, (_, index) => `/usr/bin/app${index}`);
    const finding = lacksVersion("liba.so.1", "GLIBC_2.38", { subjects });
    const [result] = runOf(wholeReport([mountOf("unsafe", [finding], "liba.so.1")])).results;
    expect(result?.relatedLocations).toHaveLength(100);
    expect(result?.properties["subjects"]).toBe(5_000);
  });

  test("a finding about the image alone is shown at the image where it names no file", () => {
    const bare = wholeReport([]);
    const finding: Finding = { rule: "machine-differs", severity: "error", message: "x", subjects: [], evidence: [] };
    const rules = [{ id: "machine-differs", title: "x", docs: "docs/rules/machine-differs.md" }];
    const [result] = runOf({ ...bare, rules, image: { ...bare.image, findings: [finding] } }).results;
    expect(result?.locations[0]?.physicalLocation.artifactLocation).toEqual({ uri: "app.tar" });
    expect(result?.properties).toMatchObject({ about: "the image", failsGate: true });
  });
});

describe("fingerprints", () => {
  const prints = (report: Report): readonly (string | undefined)[] =>
    runOf(report).results.map(({ partialFingerprints }) => partialFingerprints["containerspec/v1"]);

  test("stay where the image is built anew, a sentence is put otherwise, or one more program is concerned", () => {
    const report = everyVerdict();
    const rebuilt: Report = {
      ...report,
      image: { ...report.image, digest: `sha256:${"f".repeat(64)}`, reference: "registry.example/team/app:2" },
      mounts: report.mounts.map((mount) => ({
        ...mount,
        findings: mount.findings.map((finding) => ({
          ...finding,
          message: "y",
          subjects: ["/a", ...finding.subjects],
        })),
      })),
    };
    expect(prints(rebuilt)).toEqual(prints(report));
    expect(prints(report)[0]).toMatch(/^[0-9a-f]{64}$/);
  });

  test("differ by image, host, library and version, and where nothing else does, by order", () => {
    const one = lacksVersion("liba.so.1", "GLIBC_2.38");
    const base = wholeReport([mountOf("unsafe", [one, one, lacksVersion("liba.so.1", "GLIBC_2.39")], "liba.so.1")]);
    const other = { ...base, image: { ...base.image, reference: "registry.example/team/other:1" } };
    const elsewhere = { ...base, host: { ...base.host, source: "other.json" } };
    const all = [base, other, elsewhere].flatMap(prints);
    expect(new Set(all).size).toBe(9);
  });
});

test("runs of one log have names of their own, as GitHub wants them", () => {
  const report = everyVerdict();
  const other = { ...report, host: { ...report.host, source: "other.json" } };
  expect(render(report, other, report).map(({ automationDetails }) => automationDetails.id)).toEqual([
    "containerspec/registry.example/team/app/linux/amd64/host.json/",
    "containerspec/registry.example/team/app/linux/amd64/other.json/",
    "containerspec/registry.example/team/app/linux/amd64/host.json/2/",
  ]);
});

test.each([
  ["/usr/lib/libz.so.1", "usr/lib/libz.so.1"],
  ["/a b/%41?x#y[z]", "a%20b/%2541%3Fx%23y%5Bz%5D"],
  ["/caf\u00e9", "caf%C3%A9"],
  ["/caf\\xe9\\\\x41", "caf%E9%5Cx41"],
  ["/a/./b//../c", "a/c"],
  ["/../../../etc/passwd", "etc/passwd"],
  ["/http://x", "./http:/x"],
  ["/..", "./"],
])("%s is %s", (path, uri) => {
  expect(toRelativeUri(path)).toBe(uri);
});

test("hostile names: valid, no links, no placeholders, nobody led out of the root", () => {
  const { results } = runOf(hostileReport());
  const texts = results.map(({ message }) => message.text);
  expect(texts.filter((text) => /(?<!\\)\[[^\]]*\]\(|(?<!\{)\{\d+\}/.test(text))).toEqual([]);
  expect(texts.filter((text) => /\p{C}/u.test(text))).toEqual([]);
  const places = results.flatMap(({ locations, relatedLocations = [] }) => [...locations, ...relatedLocations]);
  const uris = places.map(
    ({ physicalLocation }) => new URL(physicalLocation.artifactLocation.uri, "file:///root/").href,
  );
  expect(uris.filter((uri) => !uri.startsWith("file:///root/"))).toEqual([]);
});

test("ten thousand findings", () => {
  expect(runOf(manyFindings(10_000)).results).toHaveLength(10_000);
});
