/** What two runs of `analyze` say differently: verdicts, findings, libraries, and images or hosts that only one of them has. */
import { VERDICTS, type Finding, type LoaderOutcome, type Report, type Severity, type Verdict } from "../report.js";
import { nameFindings } from "./identity.js";
import { pairMounts, pairReports } from "./pair-reports.js";

/** An image on a host. */
export interface ReportName {
  readonly image: string;
  readonly host: string;
}

export interface LibraryRow extends ReportName {
  /** the library, or "the set" */
  readonly name: string;
  readonly verdict: Verdict;
  readonly loader: LoaderOutcome;
}

export interface LibraryChange extends ReportName {
  readonly name: string;
  readonly before: { readonly verdict: Verdict; readonly loader: LoaderOutcome };
  readonly after: { readonly verdict: Verdict; readonly loader: LoaderOutcome };
  /** by the verdict; where that stays, by the loader */
  readonly trend: "better" | "worse";
}

export interface FindingRow extends ReportName {
  /** the library, "the set" or "the image" */
  readonly about: string;
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
}

export interface ReportDiff {
  readonly schemaVersion: string;
  readonly kind: "containerspec-diff";
  /** whether there is nothing to tell */
  readonly same: boolean;
  readonly reports: { readonly added: readonly ReportName[]; readonly removed: readonly ReportName[] };
  readonly libraries: {
    readonly added: readonly LibraryRow[];
    readonly removed: readonly LibraryRow[];
    readonly changed: readonly LibraryChange[];
  };
  readonly findings: { readonly added: readonly FindingRow[]; readonly removed: readonly FindingRow[] };
}

const DIFF_VERSION = "1.0.0";
const OUTCOMES: readonly LoaderOutcome[] = ["ok", "latent", "unknown", "broken"];

/** What can be compared by itself: a library, or a set. */
interface Subject {
  readonly name: string;
  readonly verdict: Verdict;
  readonly loader: LoaderOutcome;
}

type Parts = Pick<ReportDiff, "libraries" | "findings">;

export function compareReports(before: readonly Report[], after: readonly Report[]): ReportDiff {
  const pairs = pairReports(before, after);
  const parts = pairs.flatMap((pair) =>
    pair.before === undefined || pair.after === undefined ? [] : [comparePair(pair.before, pair.after)],
  );
  const reports = {
    added: pairs.flatMap((pair) => (pair.before === undefined && pair.after !== undefined ? [nameOf(pair.after)] : [])),
    removed: pairs.flatMap((pair) =>
      pair.after === undefined && pair.before !== undefined ? [nameOf(pair.before)] : [],
    ),
  };
  const libraries = {
    added: parts.flatMap((part) => part.libraries.added),
    removed: parts.flatMap((part) => part.libraries.removed),
    changed: parts.flatMap((part) => part.libraries.changed),
  };
  const findings = {
    added: parts.flatMap((part) => part.findings.added),
    removed: parts.flatMap((part) => part.findings.removed),
  };
  const lists = [...Object.values(reports), ...Object.values(libraries), ...Object.values(findings)];
  const same = lists.every((list) => list.length === 0);
  return { schemaVersion: DIFF_VERSION, kind: "containerspec-diff", same, reports, libraries, findings };
}

function nameOf({ image, host }: Report): ReportName {
  return { image: image.reference ?? image.source, host: host.source };
}

function comparePair(before: Report, after: Report): Parts {
  const where = nameOf(after);
  const mounts = pairMounts(before.mounts, after.mounts);
  const pairs = [
    { name: "the image", before: before.image, after: after.image },
    { name: "the set", before: before.set ?? undefined, after: after.set ?? undefined },
    ...mounts.map((pair) => ({ name: pair.after?.soname ?? pair.before?.soname ?? "", ...pair })),
  ];
  const subjects = pairs.map((pair) => ({
    before: toSubject(pair.name, pair.before),
    after: toSubject(pair.name, pair.after),
  }));
  return {
    libraries: {
      added: subjects.flatMap((one) => (one.before === undefined && one.after ? [{ ...where, ...one.after }] : [])),
      removed: subjects.flatMap((one) => (one.after === undefined && one.before ? [{ ...where, ...one.before }] : [])),
      changed: subjects.flatMap((one) => (one.before && one.after ? toChange(where, one.before, one.after) : [])),
    },
    findings: {
      added: pairs.flatMap(({ name, ...pair }) => listNew(where, name, pair.before, pair.after)),
      // A library that is gone has taken its findings along.
      removed: pairs.flatMap(({ name, ...pair }) =>
        pair.after === undefined ? [] : listNew(where, name, pair.after, pair.before),
      ),
    },
  };
}

function toSubject(name: string, judged: object | undefined): Subject | undefined {
  if (judged === undefined || !("verdict" in judged)) return undefined;
  const { verdict, loader } = judged as Subject;
  return { name, verdict, loader };
}

function toChange(where: ReportName, before: Subject, after: Subject): readonly LibraryChange[] {
  const byVerdict = VERDICTS.indexOf(after.verdict) - VERDICTS.indexOf(before.verdict);
  const trend = byVerdict === 0 ? OUTCOMES.indexOf(after.loader) - OUTCOMES.indexOf(before.loader) : byVerdict;
  if (trend === 0) return [];
  const { name, ...from } = before;
  const { verdict, loader } = after;
  return [{ ...where, name, before: from, after: { verdict, loader }, trend: trend > 0 ? "worse" : "better" }];
}

/** Findings of the later one that the earlier one has not, also not with another severity. */
function listNew(
  where: ReportName,
  about: string,
  earlier: { readonly findings: readonly Finding[] } | undefined,
  later: { readonly findings: readonly Finding[] } | undefined,
): readonly FindingRow[] {
  const old = nameFindings(earlier?.findings ?? []);
  return [...nameFindings(later?.findings ?? [])].flatMap(([name, { rule, severity, message }]) =>
    old.get(name)?.severity === severity ? [] : [{ ...where, about, rule, severity, message }],
  );
}
