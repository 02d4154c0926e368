/**
 * Runs every rule on a case and joins what they say: observations become findings with id and severity, doubles go, the order is
 * fixed, and the worst of all is the verdict.
 */
import type { MountCase } from "../mounts/mount-case.js";
import { isSameBuild } from "../mounts/same-build.js";
import { isCLibraryPart } from "../mounts/c-library-part.js";
import type { Evidence, Finding, LoaderOutcome, RuleReport, Severity, Verdict } from "../report.js";
import { toDisplayPath } from "../rootfs/path.js";
import { ALL_RULES, IMAGE_RULES, MOUNT_RULES } from "./catalog.js";
import { findCauses } from "./cause.js";
import { findGlibcPrograms, hasForeignCLibrary } from "./foreign-c-library.js";
import type { ImageCase, Observation, RuleFacts } from "./rule.js";
import { findUnreadPrograms } from "./unread-programs.js";
import { verdictOfFinding, verdictOfLoader, worseVerdict, worstOutcome } from "./verdict.js";

export interface Judgement {
  readonly loader: LoaderOutcome;
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
}

const SEVERITIES: readonly Severity[] = ["error", "unknown", "warning", "note"];

/** What containerspec says of one case. */
export function judgeMount(whole: MountCase): Judgement {
  const isWhole = whole.unreadLayers.length === 0;
  const mountCase = { ...whole, failures: isWhole ? findCauses(whole) : [] };
  const loader = foretellLoader(mountCase);
  let verdict = verdictOfLoader(loader);
  const findings: Finding[] = [];
  for (const rule of isWhole ? MOUNT_RULES : MOUNT_RULES.filter(({ holdsForAnyImage }) => holdsForAnyImage)) {
    for (const observation of rule.check(mountCase)) {
      findings.push(toFinding(rule, observation));
      verdict = worseVerdict(verdict, verdictOfFinding(rule.severity, rule.means));
    }
  }
  return { loader, verdict, findings: sortFindings(findings) };
}

/** What is wrong with the image itself. */
export function judgeImage(imageCase: ImageCase): readonly Finding[] {
  return sortFindings(IMAGE_RULES.flatMap((rule) => [...rule.check(imageCase)].map((one) => toFinding(rule, one))));
}

/** The rules that fired, as the report lists them. */
export function describeRules(findings: Iterable<Finding>): readonly RuleReport[] {
  const fired = new Set([...findings].map(({ rule }) => rule));
  return ALL_RULES.filter(({ id }) => fired.has(id))
    .map(({ id, title }) => ({ id, title, docs: `docs/rules/${id}.md` }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/**
 * The simulated loader's answer. What it meets is proof; that it meets nothing is none where two C libraries stand against each
 * other: parts of two builds of one, which share private data, or a library that was built for the other one. There a function
 * that waits for its first call is no proof either, since a constructor may be who calls it.
 */
function foretellLoader(mountCase: MountCase): LoaderOutcome {
  const { failures, landings, image, host } = mountCase;
  const loader = worstOutcome(failures.map(({ outcome }) => outcome));
  if (loader === "broken") return loader;
  if (mountCase.unreadLayers.length > 0) return "unknown";
  if (findUnreadPrograms(mountCase).length > 0) return "unknown";
  if (hasForeignCLibrary(mountCase) || findGlibcPrograms(mountCase).length > 0) return "unknown";
  if (image.libc.buildId !== undefined && image.libc.buildId === host.libc.buildId) return loader;
  const replaced = landings.some(
    (landing) => !isSameBuild(landing) && isCLibraryPart(landing.candidate.name, landing.candidate.elf),
  );
  return replaced ? "unknown" : loader;
}

function toFinding(rule: RuleFacts, { message, subjects, loaderMessage, evidence }: Observation): Finding {
  return {
    rule: rule.id,
    severity: rule.severity,
    message: toDisplayPath(message),
    subjects: [...new Set(subjects.map(toDisplayPath))].sort(),
    // Of some troubles musl's loader says nothing.
    ...(loaderMessage === undefined || loaderMessage === "" ? {} : { loaderMessage: toDisplayPath(loaderMessage) }),
    evidence: evidence.map((one) => displayAll(one) as Evidence),
  };
}

/** Inside the program strings are bytes; in a report they are text. */
function displayAll(value: unknown): unknown {
  if (typeof value === "string") return toDisplayPath(value);
  if (Array.isArray(value)) return value.map(displayAll);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, displayAll(inner)]));
}

/** By severity, rule, first subject and sentence; the same finding twice is one finding. */
function sortFindings(findings: readonly Finding[]): readonly Finding[] {
  const unique = [...new Map(findings.map((finding) => [JSON.stringify(finding), finding])).values()];
  const key = ({ rule, severity, subjects, message }: Finding): string =>
    [SEVERITIES.indexOf(severity), rule, subjects[0] ?? "", message].join("\0");
  return unique.sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
