/** The gate over all reports of a run, with what is to be said of the policy and the baseline as a whole. */
import { nameOfReport, pairBy } from "../compare/pair-reports.js";
import type { Report } from "../report.js";
import { accepts, isAbout, placeFindings } from "./acceptance.js";
import { forgiveKnown } from "./baseline.js";
import { checkGate, type GateOptions, type GateResult } from "./gate.js";
import { isEnded } from "./weigh.js";

export interface GatesOptions extends GateOptions {
  /** the reports of an earlier run: what failed there already does not fail */
  readonly baseline?: readonly Report[];
}

export interface Gates {
  /** one for each report, in their order */
  readonly results: readonly GateResult[];
  /** what nobody should overlook, a sentence each: acceptances that match nothing, reports that the baseline has not */
  readonly notes: readonly string[];
}

export function checkGates(reports: readonly Report[], { baseline, ...options }: GatesOptions): Gates {
  const stale = findStale(reports, options);
  if (baseline === undefined) return { results: reports.map((report) => checkGate(report, options)), notes: stale };
  const pairs = pairBy(baseline, reports, nameOfJudgement).filter(({ after }) => after !== undefined);
  const results = pairs.map(({ before, after }) => {
    const gate = checkGate(after as Report, options);
    return before === undefined ? gate : forgiveKnown(gate, after as Report, before, options);
  });
  const missing = pairs.flatMap(({ before, after }) =>
    before !== undefined || after === undefined
      ? []
      : [
          `the baseline has no report of ${after.image.source} on ${after.host.source} made in this way: everything counts`,
        ],
  );
  return { results, notes: [...stale, ...missing] };
}

/** What was judged in another way says nothing about this one. */
function nameOfJudgement(report: Report): string {
  const { placement, companions, layerMode, ldCache, set } = report;
  return JSON.stringify([nameOfReport(report), placement, companions, layerMode, ldCache, set === null]);
}

/** Acceptances that match no finding of an image and host that they are about. */
function findStale(reports: readonly Report[], { policy, today = "" }: GateOptions): readonly string[] {
  const placed = reports.flatMap(placeFindings);
  return (policy?.accept ?? [])
    .filter((one) => reports.some((report) => isAbout(one, report)) && !placed.some((finding) => accepts(one, finding)))
    .map((one) => {
      const since = isEnded(one, today) ? `, and ended on ${one.expires}` : "";
      return `${one.place}: the acceptance of ${one.rule} matches no finding${since}: take it out`;
    });
}
