/**
 * Reports as JUnit XML, in the form that Jenkins' xUnit plugin checks (junit-10.xsd) and GitLab and others read: a suite for each
 * image and host, a case for each library, or for the set.
 *
 * A case fails where the gate fails it. It is skipped where nobody vouches for it: the mount has no effect, the verdict is unknown
 * and allowed, or nothing was gated. A green case would promise what was never shown, and a red one would stop what the gate lets
 * through. It has no time: the same inputs give the same bytes.
 */
import type { GateResult } from "../policy/gate.js";
import type { Finding, LoaderOutcome, Report, Verdict } from "../report.js";
import { tellTerms } from "./answer.js";
import { pairWithGates, standingOf, standingOfSet, type GatedReport, type Standing } from "./gated.js";
import { listSome, type Terminal } from "./terminal.js";
import { renderXml, type Element } from "./xml.js";

/** files that a finding concerns, by name; of more the number */
const MAX_SUBJECTS = 20;

interface Case {
  readonly name: string;
  readonly standing: Standing;
  /** none of the image itself */
  readonly verdict?: Verdict;
  readonly loader?: LoaderOutcome;
  readonly findings: readonly Finding[];
  /** what a policy and a baseline had a say in, and what of it fails the gate */
  readonly terms?: readonly string[];
  readonly reasons?: readonly string[];
}

/** One document with a suite for each report. */
export function renderJunit(reports: readonly Report[], _: Terminal, gates: readonly GateResult[]): string {
  const suites = pairWithGates(reports, gates).map(toSuite);
  const total = (key: string): number => suites.reduce((sum, { attributes }) => sum + Number(attributes?.[key]), 0);
  const totals = { tests: total("tests"), failures: total("failures"), errors: 0 };
  return renderXml({ name: "testsuites", attributes: { name: "containerspec", ...totals }, children: suites });
}

function toSuite(gated: GatedReport): Element {
  const { image, host, tool } = gated.report;
  const name = `${image.reference ?? image.source} with libraries of ${host.source === "live" ? "this machine" : host.source}`;
  const cases = listCases(gated);
  const counted = (standing: Standing): number => cases.filter((one) => one.standing === standing).length;
  const properties = {
    "containerspec.version": tool.version,
    "image.source": image.source,
    "image.digest": image.digest,
    "image.platform": image.platform,
    "host.name": host.name,
  };
  return {
    name: "testsuite",
    attributes: { name, tests: cases.length, failures: counted("fails"), errors: 0, skipped: counted("open") },
    children: [
      {
        name: "properties",
        children: Object.entries(properties).map(([key, value]) => ({
          name: "property",
          attributes: { name: key, value },
        })),
      },
      ...cases.map((one) => toTestcase(one, name)),
    ],
  };
}

function listCases(gated: GatedReport): readonly Case[] {
  const { gate, report } = gated;
  const { image, mounts, set } = report;
  const isDoubtful = image.findings.some(({ severity }) => severity !== "note");
  const itself: Case = {
    name: "the image itself",
    standing: gate.imageRules.length > 0 ? "fails" : isDoubtful ? "open" : "passes",
    findings: image.findings,
  };
  const policy = listPolicy(gated);
  if (set !== null)
    return [itself, ...policy, { name: "the set", standing: standingOfSet(set.verdict, gated), ...set }];
  return [
    itself,
    ...policy,
    ...mounts.map((mount) => ({ name: mount.soname, standing: standingOf(mount, gated), ...mount })),
  ];
}

/** A case for what a policy demands, where it has a say. */
function listPolicy(gated: GatedReport): readonly Case[] {
  const terms = tellTerms(gated);
  if (terms.length === 0) return [];
  const { reasons = [] } = gated.gate;
  return [{ name: "the policy", standing: reasons.length > 0 ? "fails" : "passes", findings: [], terms, reasons }];
}

function toTestcase(
  { name, standing, verdict, loader, findings, terms = [], reasons = [] }: Case,
  classname: string,
): Element {
  const serious = findings.filter(({ severity }) => severity !== "note");
  const told = serious.length > 0 ? serious : findings;
  const message = [...named("", verdict), ...(told[0] === undefined ? [] : [told[0].message]), ...reasons].join(": ");
  const words = [...told.map(describeFinding), ...reasons].join("\n\n");
  const output = findings.flatMap(({ loaderMessage }) => loaderMessage ?? []);
  const lines = [...named("verdict: ", verdict), ...named("loader: ", loader), ...output, ...terms];
  return {
    name: "testcase",
    attributes: { name, classname },
    children: [
      ...(standing === "fails"
        ? [
            {
              name: "failure",
              attributes: { type: verdict ?? (terms.length > 0 ? "policy" : "image"), message },
              children: words,
            },
          ]
        : []),
      ...(standing === "open" ? [{ name: "skipped", attributes: { message } }] : []),
      ...(lines.length > 0 ? [{ name: "system-out", children: lines.join("\n") }] : []),
    ],
  };
}

function named(label: string, value: string | undefined): readonly string[] {
  return value === undefined ? [] : [`${label}${value}`];
}

function describeFinding({ rule, severity, message, subjects }: Finding): string {
  const concerned = subjects.length === 0 ? [] : [`concerns ${listSome(subjects, MAX_SUBJECTS)}`];
  return [`${severity}: ${message} [${rule}]`, ...concerned].join("\n");
}
