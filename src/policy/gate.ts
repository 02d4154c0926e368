/**
 * The gate: whether a report lets a pipeline go on. It never passes by accident: what is unknown fails unless it is allowed, where
 * nothing was chosen to be gated the answer says so, and a policy changes what findings count for and never what the report says.
 */
import { VERDICTS, VERDICT_OF_SEVERITY, type MountReport, type Report, type Verdict } from "../report.js";
import { placeFindings, placeOfMount, type PlacedFinding } from "./acceptance.js";
import { gateVerdict } from "./gate-verdict.js";
import type { Policy } from "./policy.js";
import { findUnmet } from "./requirements.js";
import { weigh, type Weighed } from "./weigh.js";

export interface GateOptions {
  /** the mildest verdict that fails; "never" lets everything pass */
  readonly failOn: Verdict | "never";
  readonly allowUnknown: boolean;
  /** libraries were named by the user: only then do their verdicts count */
  readonly hasChosen: boolean;
  readonly policy?: Policy;
  /** YYYY-MM-DD: the gate has no clock of its own. Where it is left out every acceptance has ended. */
  readonly today?: string;
}

/** A finding that does not count, since somebody answers for it. */
export interface AcceptedFinding {
  readonly rule: string;
  /** the library, "the set" or "the image" */
  readonly about: string;
  readonly message: string;
  readonly reason: string;
  readonly owner: string;
  /** the last day on which it counts */
  readonly expires: string;
  /** where the policy says so */
  readonly place: string;
}

export interface GateResult {
  readonly passes: boolean;
  /** what could fail it: the "libraries" that were chosen, and the image; the "image" alone where none was; at "never" "nothing" */
  readonly counts: "libraries" | "image" | "nothing";
  /** names of the libraries that fail it */
  readonly failed: readonly string[];
  /** rules of the findings about the image that fail it */
  readonly imageRules: readonly string[];
  /** what else fails it, a sentence each: what a policy demands, and acceptances that have ended; absent where nothing does */
  readonly reasons?: readonly string[];
  /** findings that a policy accepts; absent where there are none */
  readonly accepted?: readonly AcceptedFinding[];
  /** what would fail it and stood in the baseline already, a name or sentence each; absent where there is none */
  readonly known?: readonly string[];
}

/** after every day that somebody writes into a policy */
const NEVER = "9999-99-99";

/** Notes that mean a verdict, by rule (`means` of src/rules/rule.ts). */
const MEANINGS: ReadonlyMap<string, Verdict> = new Map([
  ["unversioned-symbols", "loads"],
  ["search-never-reaches", "no-effect"],
]);

/** What a report's findings and verdicts count for under a policy. */
export interface Scales {
  readonly fails: (verdict: Verdict) => boolean;
  readonly weigh: (placed: PlacedFinding) => Weighed;
  readonly verdictOf: (mount: MountReport) => Verdict;
  readonly verdictOfSet: () => Verdict;
}

export function createScales(report: Report, { failOn, allowUnknown, policy, today = NEVER }: GateOptions): Scales {
  const weighHere = (placed: PlacedFinding): Weighed => weigh(placed, policy, today);
  return {
    weigh: weighHere,
    fails: (verdict) => {
      if (failOn === "never") return false;
      return verdict === "unknown" ? !allowUnknown : VERDICTS.indexOf(verdict) >= VERDICTS.indexOf(failOn);
    },
    verdictOf: (mount) =>
      gateVerdict(mount, (finding) => weighHere(placeOfMount(finding, report, mount)).weight, MEANINGS),
    verdictOfSet: () =>
      report.set === null
        ? "safe"
        : gateVerdict(report.set, (finding) => weighHere({ finding, report, about: "the set" }).weight, MEANINGS),
  };
}

/** Holds a report against the gate. */
export function checkGate(report: Report, options: GateOptions): GateResult {
  const { failOn, allowUnknown, hasChosen, policy } = options;
  const scales = createScales(report, options);
  const accepted = placeFindings(report).flatMap((placed) => toAccepted(placed, scales));
  const common = accepted.length === 0 ? {} : { accepted };
  if (failOn === "never") return { passes: true, counts: "nothing", failed: [], imageRules: [], ...common };
  const { fails, verdictOf, verdictOfSet } = scales;
  const mounts = hasChosen ? report.mounts.filter((mount) => fails(verdictOf(mount))) : [];
  const set = hasChosen && mounts.length === 0 && fails(verdictOfSet()) && report.set !== null ? ["the set"] : [];
  const plan = hasChosen && mounts.length === 0 && report.plan?.works === false ? ["the plan"] : [];
  const failed = [...mounts.map(({ soname }) => soname), ...plan, ...set];
  const imageRules = findImageRules(report, scales);
  const unmet = policy === undefined ? [] : findUnmet(report, policy, scales);
  const reasons = [
    ...unmet.filter(({ isUnknown }) => isUnknown !== true || !allowUnknown).map(({ message }) => message),
    ...tellEnded(report, scales, new Set(failed)),
  ];
  return {
    passes: failed.length + imageRules.length + reasons.length === 0,
    counts: hasChosen ? "libraries" : "image",
    failed,
    imageRules,
    ...(reasons.length === 0 ? {} : { reasons }),
    ...common,
  };
}

function findImageRules(report: Report, scales: Scales): readonly string[] {
  const failing = report.image.findings.filter((finding) => isHeavy({ finding, report, about: "the image" }, scales));
  return [...new Set(failing.map(({ rule }) => rule))];
}

/** Whether a finding fails the gate by itself, where what it is about counts. A note never does. */
export function isHeavy(placed: PlacedFinding, scales: Scales): boolean {
  const { weight } = scales.weigh(placed);
  return weight !== "accepted" && weight !== "note" && scales.fails(VERDICT_OF_SEVERITY[weight]);
}

function toAccepted({ finding, about, ...rest }: PlacedFinding, scales: Scales): readonly AcceptedFinding[] {
  const { by } = scales.weigh({ finding, about, ...rest });
  if (by === undefined) return [];
  const { reason, owner, expires, place } = by;
  return [{ rule: finding.rule, about, message: finding.message, reason, owner, expires, place }];
}

/** Acceptances that have ended, where the gate fails for what they were about. */
function tellEnded(report: Report, scales: Scales, failed: ReadonlySet<string>): readonly string[] {
  const sentences = placeFindings(report).flatMap((placed) => {
    const { ended } = scales.weigh(placed);
    const isCounted = placed.about === "the image" || failed.has(placed.about);
    if (ended === undefined || !isCounted || !isHeavy(placed, scales)) return [];
    const { rule, expires, place, owner } = ended;
    return [`the acceptance of ${rule} for ${placed.about} ended on ${expires} (${place}): ask ${owner}`];
  });
  return [...new Set(sentences)];
}
