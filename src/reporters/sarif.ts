/**
 * Reports as SARIF 2.1.0 (OASIS), for dashboards of code scanning: a run for each image and host, a result for each finding. Its
 * place is the file of the image that meets the trouble, with the layer that holds it; the mounted file of the host is related.
 *
 * SARIF has no level for "nobody can say". What is unknown is an error here, as it is for the gate: a dashboard that showed it
 * mildly would let it pass.
 */
import { lastingName } from "../compare/identity.js";
import type { GateResult } from "../policy/gate.js";
import { VERDICTS, type Finding, type Report, type Severity } from "../report.js";
import { createFingerprints } from "./fingerprint.js";
import { pairWithGates, standingOf, type GatedReport } from "./gated.js";
import { listFindings, sortBySeverity, type ListedFinding } from "./listed-finding.js";
import { BASES, createLayerIndex, locate, relate, type LayerIndex } from "./sarif-location.js";
import type { Terminal } from "./terminal.js";

const SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

const LEVELS: Readonly<Record<Severity, string>> = {
  error: "error",
  unknown: "error",
  warning: "warning",
  note: "note",
};

/** One log with a run for each report. */
export function renderSarif(reports: readonly Report[], _: Terminal, gates: readonly GateResult[]): string {
  const fingerprint = createFingerprints();
  const category = createCategories();
  const runs = pairWithGates(reports, gates).map((gated) => ({
    tool: { driver: toDriver(gated.report) },
    automationDetails: { id: category(gated.report) },
    invocations: [{ executionSuccessful: true }],
    originalUriBaseIds: describeBases(gated.report),
    results: toResults(gated, (listed) => fingerprint(gated.report, listed)),
    properties: toRunProperties(gated),
  }));
  return `${JSON.stringify({ $schema: SCHEMA, version: "2.1.0", runs }, null, 2)}\n`;
}

/** What tells the runs of one log, and of the next, apart: GitHub takes each only once. The slash at the end says that no run has a name. */
function createCategories(): (report: Report) => string {
  const seen = new Map<string, number>();
  return (report) => {
    const name = ["containerspec", lastingName(report), report.image.platform, report.host.source].join("/");
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return times === 1 ? `${name}/` : `${name}/${times}/`;
  };
}

function toDriver({ tool, rules, ...report }: Report) {
  const severities = new Map(allFindings(report).map(({ rule, severity }) => [rule, severity]));
  return {
    name: tool.name,
    semanticVersion: tool.version,
    rules: rules.map(({ id, title, docs }) => ({
      id,
      shortDescription: { text: title },
      help: {
        text: `What it means and how to mend it: run "containerspec explain ${id}", or read ${docs} of the package.`,
        markdown: `What it means and how to mend it: run \`containerspec explain ${id}\`, or read \`${docs}\` of the package.`,
      },
      defaultConfiguration: { level: LEVELS[severities.get(id) ?? "note"] },
      properties: { docs },
    })),
  };
}

function allFindings({ image, set, mounts }: Pick<Report, "image" | "set" | "mounts">): readonly Finding[] {
  return [...image.findings, ...(set?.findings ?? []), ...mounts.flatMap(({ findings }) => findings)];
}

function describeBases({ image, host }: Report) {
  const hostName = host.source === "live" ? "this machine" : host.source;
  return {
    [BASES.image]: { description: { text: `The root of the image ${escapeMessage(image.reference ?? image.source)}` } },
    [BASES.host]: { description: { text: `The root of the host ${escapeMessage(hostName)}` } },
  };
}

function toResults(gated: GatedReport, fingerprint: (listed: ListedFinding) => string) {
  const { report } = gated;
  const indexes = new Map(report.rules.map(({ id }, index) => [id, index]));
  const layers = createLayerIndex(report);
  return sortBySeverity(listFindings(gated)).map((listed) => ({
    ruleId: listed.finding.rule,
    ruleIndex: indexes.get(listed.finding.rule) ?? -1,
    level: LEVELS[listed.finding.severity],
    message: { text: escapeMessage(describe(listed)) },
    ...toPlaces(listed, report, layers),
    ...toFingerprints(fingerprint(listed)),
    ...toSuppressions(listed, gated),
    properties: {
      about: listed.about,
      ...(listed.verdict === undefined ? {} : { verdict: listed.verdict }),
      ...(listed.loader === undefined ? {} : { loader: listed.loader }),
      severity: listed.finding.severity,
      failsGate: listed.failsGate,
      subjects: listed.finding.subjects.length,
      ...(listed.finding.loaderMessage === undefined ? {} : { loaderMessage: listed.finding.loaderMessage }),
    },
  }));
}

function toPlaces(listed: ListedFinding, report: Report, layers: LayerIndex) {
  const relatedLocations = relate(listed, layers);
  return {
    locations: [locate(listed, report, layers)],
    ...(relatedLocations.length === 0 ? {} : { relatedLocations }),
  };
}

function describe({ about, verdict, finding }: ListedFinding): string {
  const what = verdict === undefined ? about : `${about} is ${verdict}`;
  const words = finding.loaderMessage === undefined ? "" : ` The loader would say: ${finding.loaderMessage}`;
  return `${what}: ${finding.message}.${words}`;
}

/** A finding that a policy accepts, as SARIF has it (3.27.23, 3.35). */
function toSuppressions({ about, finding }: ListedFinding, { gate: { accepted = [] } }: GatedReport) {
  const [one] = accepted.filter(
    ({ rule, message, ...where }) => rule === finding.rule && message === finding.message && where.about === about,
  );
  if (one === undefined) return {};
  const justification = `${one.reason} (${one.owner}, until ${one.expires}; ${one.place})`;
  return { suppressions: [{ kind: "external", status: "accepted", justification }] };
}

/** GitHub reads the name of the second alone, and would otherwise count lines of a file that it has not. */
function toFingerprints(fingerprint: string) {
  return { partialFingerprints: { "containerspec/v1": fingerprint, primaryLocationLineHash: `${fingerprint}:1` } };
}

/** In a message `{0}` is a placeholder and `[text](target)` a link (3.11.5, 3.11.6), also where a name looks like one. */
function escapeMessage(text: string): string {
  return text.replace(/\{(\d+)\}/g, "{{$1}}").replace(/\[(?=[^\]]*\]\()/g, "\\[");
}

function toRunProperties(gated: GatedReport) {
  const { image, host, mounts, set } = gated.report;
  const { source, reference, digest, platform } = image;
  return {
    image: { source, ...(reference === undefined ? {} : { reference }), digest, platform },
    host: { source: host.source, name: host.name },
    gate: {
      passes: gated.gate.passes,
      counts: gated.gate.counts,
      ...(gated.gate.reasons === undefined ? {} : { reasons: gated.gate.reasons }),
      ...(gated.gate.known === undefined ? {} : { known: gated.gate.known }),
    },
    ...(set === null ? {} : { set: set.verdict }),
    libraries: VERDICTS.flatMap((verdict) =>
      mounts
        .filter((mount) => mount.verdict === verdict)
        .map((mount) => ({ name: mount.soname, verdict, loader: mount.loader, gate: standingOf(mount, gated) })),
    ),
  };
}
