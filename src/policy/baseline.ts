/**
 * The gate beside a baseline, a report of an earlier run: it fails for what got worse, and what was there before is told and passes.
 * Worse is a worse verdict, a finding that was not there, and a library that was not there and is bad. Both runs are held against the
 * policy of today; an acceptance that has ended fails in spite of any baseline, since somebody promised to look again.
 */
import { nameFindings } from "../compare/identity.js";
import type { Finding, LoaderOutcome, MountReport, Report } from "../report.js";
import { placeOfMount, type PlacedFinding } from "./acceptance.js";
import { checkGate, createScales, isHeavy, type GateOptions, type GateResult, type Scales } from "./gate.js";
import { isBetter } from "./gate-verdict.js";
import { isEnded } from "./weigh.js";

const OUTCOMES: readonly LoaderOutcome[] = ["ok", "latent", "unknown", "broken"];

interface Run {
  readonly report: Report;
  readonly scales: Scales;
}

/** What is left of a gate's answer where what failed already is taken out. */
export function forgiveKnown(gate: GateResult, report: Report, before: Report, options: GateOptions): GateResult {
  const then = withoutEnded(options);
  const now: Run = { report, scales: createScales(report, options) };
  const old: Run = { report: before, scales: createScales(before, then) };
  const oldReasons = checkGate(before, then).reasons ?? [];
  const isKnown = (name: string): boolean => {
    if (name === "the plan") return before.plan?.works === false;
    return name === "the set" ? isSetKnown(now, old) : isMountKnown(name, now, old);
  };
  const failed = gate.failed.filter((name) => !isKnown(name));
  const imageRules = gate.imageRules.filter((rule) => !isRuleKnown(rule, now, old));
  const reasons = (gate.reasons ?? []).filter((reason) => !oldReasons.includes(reason));
  const all = [...gate.failed, ...gate.imageRules, ...(gate.reasons ?? [])];
  const known = all.filter((one) => ![...failed, ...imageRules, ...reasons].includes(one));
  const { reasons: _, ...rest } = gate;
  return {
    ...rest,
    passes: failed.length + imageRules.length + reasons.length === 0,
    failed,
    imageRules,
    ...(reasons.length === 0 ? {} : { reasons }),
    ...(known.length === 0 ? {} : { known }),
  };
}

/** What has ended accepts nothing, and is told of the later run alone. */
function withoutEnded({ policy, today = "", ...options }: GateOptions): GateOptions {
  if (policy === undefined) return options;
  const accept = policy.accept.filter((one) => today !== "" && !isEnded(one, today));
  return { ...options, policy: { ...policy, accept }, today };
}

/** A name that stands twice is known where each of its mounts is. */
function isMountKnown(name: string, now: Run, old: Run): boolean {
  const earlier = old.report.mounts.filter(({ soname }) => soname === name);
  const later = now.report.mounts.filter(({ soname }) => soname === name);
  return later.every((mount, index) => {
    const was = earlier[index];
    return was !== undefined && isNoWorse(mount, was, now, old);
  });
}

function isNoWorse(mount: MountReport, was: MountReport, now: Run, old: Run): boolean {
  if (isBetter(old.scales.verdictOf(was), now.scales.verdictOf(mount)) || isLoaderWorse(mount, was)) return false;
  const earlier = keysOf(was.findings, (finding) => placeOfMount(finding, old.report, was), old.scales);
  const later = keysOf(mount.findings, (finding) => placeOfMount(finding, now.report, mount), now.scales);
  return later.every((key) => earlier.includes(key));
}

function isSetKnown(now: Run, old: Run): boolean {
  const [set, was] = [now.report.set, old.report.set];
  if (set === null || was === null) return false;
  if (isBetter(old.scales.verdictOfSet(), now.scales.verdictOfSet()) || isLoaderWorse(set, was)) return false;
  const keys = ({ report, scales }: Run): readonly string[] =>
    keysOf(report.set?.findings ?? [], (finding) => ({ finding, report, about: "the set" }), scales);
  const earlier = keys(old);
  return keys(now).every((key) => earlier.includes(key));
}

function isRuleKnown(rule: string, now: Run, old: Run): boolean {
  const keys = ({ report, scales }: Run): readonly string[] => {
    const findings = report.image.findings.filter((finding) => finding.rule === rule);
    return keysOf(findings, (finding) => ({ finding, report, about: "the image" }), scales);
  };
  const earlier = keys(old);
  return keys(now).every((key) => earlier.includes(key));
}

function isLoaderWorse(one: { readonly loader: LoaderOutcome }, was: { readonly loader: LoaderOutcome }): boolean {
  return OUTCOMES.indexOf(one.loader) > OUTCOMES.indexOf(was.loader);
}

/** The lasting names of those findings that fail the gate. */
function keysOf(
  findings: readonly Finding[],
  place: (finding: Finding) => PlacedFinding,
  scales: Scales,
): readonly string[] {
  return [...nameFindings(findings)].flatMap(([key, finding]) => (isHeavy(place(finding), scales) ? [key] : []));
}
