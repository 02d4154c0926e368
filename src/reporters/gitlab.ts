/**
 * Reports as GitLab Code Quality: the list of issues that a merge request shows. GitLab reads description, check_name, fingerprint,
 * severity and location, and takes a fingerprint once. The path is that of the file in the image.
 */
import { createHash } from "node:crypto";
import { lastingName } from "../compare/identity.js";
import type { GateResult } from "../policy/gate.js";
import type { Report, Severity } from "../report.js";
import { toRelativeUri } from "./file-uri.js";
import { createFingerprints } from "./fingerprint.js";
import { pairWithGates } from "./gated.js";
import { listFindings, placeOf, sortBySeverity, type ListedFinding } from "./listed-finding.js";
import type { Terminal } from "./terminal.js";

/** GitLab has info, minor, major, critical and blocker. A blocker is what the gate stops. */
const SEVERITIES: Readonly<Record<Severity, string>> = {
  error: "critical",
  unknown: "major",
  warning: "minor",
  note: "info",
};

/** One list of the findings of all reports. */
export function renderGitlab(reports: readonly Report[], _: Terminal, gates: readonly GateResult[]): string {
  const fingerprint = createFingerprints();
  const issues = pairWithGates(reports, gates).flatMap((gated) => [
    ...(gated.gate.reasons ?? []).map((reason) => toIssueOfPolicy(reason, gated.report)),
    ...sortBySeverity(listFindings(gated)).map((listed) => ({
      description: describe(listed, gated.report),
      check_name: listed.finding.rule,
      fingerprint: fingerprint(gated.report, listed),
      severity:
        listed.failsGate && listed.finding.severity !== "note" ? "blocker" : SEVERITIES[listed.finding.severity],
      // Nobody reads a binary by lines; without one GitLab takes no issue.
      location: { path: toRelativeUri(placeOf(listed) ?? gated.report.image.source), lines: { begin: 1 } },
    })),
  ]);
  return `${JSON.stringify(issues, null, 2)}\n`;
}

/** What a policy demands and the image or the host does not fulfil. */
function toIssueOfPolicy(reason: string, report: Report) {
  const key = JSON.stringify([lastingName(report), report.host.source, reason]);
  return {
    description: `${report.image.reference ?? report.image.source}: ${reason}`,
    check_name: "policy",
    fingerprint: createHash("sha256").update(key).digest("hex"),
    severity: "blocker",
    location: { path: toRelativeUri(report.image.source), lines: { begin: 1 } },
  };
}

function describe({ finding, about, verdict }: ListedFinding, { image }: Report): string {
  const what = verdict === undefined ? about : `${about} is ${verdict}`;
  return `${image.reference ?? image.source}: ${what}: ${finding.message}`;
}
