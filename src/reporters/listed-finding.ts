/** Every finding of a report, with what it is about: formats that know findings alone list them one by one. */
import type { Finding, LoaderOutcome, MountReport, Severity, Verdict } from "../report.js";
import { standingOf, standingOfSet, type GatedReport } from "./gated.js";

export interface ListedFinding {
  readonly finding: Finding;
  /** the library, "the set" or "the image" */
  readonly about: string;
  readonly mount?: MountReport;
  readonly verdict?: Verdict;
  readonly loader?: LoaderOutcome;
  /** the gate fails for this library, set or image, whether by this finding or another */
  readonly failsGate: boolean;
}

const SEVERITIES: readonly Severity[] = ["error", "unknown", "warning", "note"];

/** Those of the image, then those of the set or of each library; of these, as the report has them. */
export function listFindings(gated: GatedReport): readonly ListedFinding[] {
  const { image, set, mounts } = gated.report;
  const rules = new Set(gated.gate.imageRules);
  const ofImage = image.findings.map((finding) => ({
    ...{ finding, about: "the image", failsGate: rules.has(finding.rule) },
  }));
  if (set !== null) {
    const { verdict, loader } = set;
    const failsGate = standingOfSet(verdict, gated) === "fails";
    return [...ofImage, ...set.findings.map((finding) => ({ finding, about: "the set", verdict, loader, failsGate }))];
  }
  return [...ofImage, ...mounts.flatMap((mount) => listOfMount(mount, gated))];
}

function listOfMount(mount: MountReport, gated: GatedReport): readonly ListedFinding[] {
  const { soname: about, verdict, loader } = mount;
  const failsGate = standingOf(mount, gated) === "fails";
  return mount.findings.map((finding) => ({ finding, about, mount, verdict, loader, failsGate }));
}

/** What was listed, worst first; what is equally bad keeps its order. */
export function sortBySeverity(findings: readonly ListedFinding[]): readonly ListedFinding[] {
  const rank = ({ finding, failsGate }: ListedFinding): number =>
    SEVERITIES.indexOf(finding.severity) + (failsGate ? 0 : SEVERITIES.length);
  return [...findings].sort((a, b) => rank(a) - rank(b));
}

/** Where in the image a finding is shown: the first file of its own that it concerns, else where the library lands; undefined: nowhere. */
export function placeOf({ finding, mount }: ListedFinding): string | undefined {
  return finding.subjects.find((path) => path !== mount?.target) ?? mount?.target ?? finding.subjects[0];
}
