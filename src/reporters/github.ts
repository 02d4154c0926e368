/**
 * Reports as workflow commands of GitHub Actions, which become annotations of a run: an error for what the gate stops, a warning
 * for what it does not stop and nobody should rely on. GitHub shows ten of each kind a step, the first ones, and so the worst come
 * first and the last of ten tells how many more there are.
 */
import type { GateResult } from "../policy/gate.js";
import { VERDICTS, WORKING_VERDICTS, type Report, type Severity, type Verdict } from "../report.js";
import { toRelativeUri } from "./file-uri.js";
import { pairWithGates, type GatedReport } from "./gated.js";
import { listFindings, placeOf, sortBySeverity, type ListedFinding } from "./listed-finding.js";
import { listSome, type Terminal } from "./terminal.js";

/** annotations of one kind that GitHub shows of a step */
const MAX_ANNOTATIONS = 10;

/** more names than these are counted */
const MAX_NAMES = 20;

type Kind = "error" | "warning";

interface Annotation {
  readonly kind: Kind;
  readonly file: string;
  readonly title: string;
  readonly message: string;
  /** the larger, the worse */
  readonly weight: number;
}

/** A line for each annotation; none where all may be mounted. */
export function renderGithub(reports: readonly Report[], _: Terminal, gates: readonly GateResult[]): string {
  const all = pairWithGates(reports, gates).flatMap(annotate);
  return (["error", "warning"] as const).map((kind) => renderKind(kind, all)).join("");
}

function renderKind(kind: Kind, all: readonly Annotation[]): string {
  const worstFirst = all.filter((one) => one.kind === kind).sort((a, b) => b.weight - a.weight);
  const hasRoom = worstFirst.length <= MAX_ANNOTATIONS;
  const shown = hasRoom ? worstFirst : worstFirst.slice(0, MAX_ANNOTATIONS - 1);
  const lines = shown.map(({ file, title, message }) => writeCommand(kind, { file, title }, message));
  const hidden = worstFirst.length - shown.length;
  if (hidden > 0) {
    const title = `containerspec: ${hidden} more`;
    lines.push(writeCommand(kind, { title }, "All are in the other formats, such as --format github-summary"));
  }
  return lines.map((line) => `${line}\n`).join("");
}

/** One annotation for each library, set or image: with ten in all, a library with many reasons must not hide the others. */
function annotate(gated: GatedReport): readonly Annotation[] {
  const worst = new Map<string, ListedFinding>();
  const serious = sortBySeverity(listFindings(gated)).filter(isSerious);
  for (const listed of serious) {
    const key = listed.verdict === undefined ? listed.finding.rule : `${listed.about} ${listed.mount?.target ?? ""}`;
    if (!worst.has(key)) worst.set(key, listed);
  }
  return [...toVerdictOfGate(gated), ...[...worst.values()].map((listed) => toAnnotation(listed, gated.report))];
}

/** The gate's own word, before all others. */
function toVerdictOfGate({ report: { image }, gate }: GatedReport): readonly Annotation[] {
  if (gate.passes) return [];
  const { imageRules, failed, reasons = [] } = gate;
  const why = [...imageRules.map((rule) => `the image itself (${rule})`), ...failed, ...reasons];
  const title = `${image.reference ?? image.source}: the gate fails`;
  return [
    { kind: "error", file: toRelativeUri(image.source), title, message: listSome(why, MAX_NAMES), weight: Infinity },
  ];
}

function isSerious({ finding, verdict, failsGate }: ListedFinding): boolean {
  if (failsGate) return true;
  return verdict === undefined ? finding.severity !== "note" : isDoubtful(verdict);
}

function isDoubtful(verdict: Verdict): boolean {
  return !WORKING_VERDICTS.has(verdict) && verdict !== "no-effect";
}

const IMAGE_WEIGHTS: Readonly<Record<Severity, Verdict>> = {
  error: "unsafe",
  unknown: "unknown",
  warning: "risky",
  note: "safe",
};

function toAnnotation(listed: ListedFinding, { image }: Report): Annotation {
  const { finding, about, verdict, failsGate } = listed;
  const name = image.reference ?? image.source;
  return {
    kind: failsGate ? "error" : "warning",
    file: toRelativeUri(placeOf(listed) ?? image.source),
    title: verdict === undefined ? `${name}: ${finding.rule}` : `${name}: ${about} is ${verdict}`,
    message: [`${finding.message} [${finding.rule}]`, ...(finding.loaderMessage ?? "").split("\n")]
      .filter((line) => line !== "")
      .join("\n"),
    weight: VERDICTS.indexOf(verdict ?? IMAGE_WEIGHTS[finding.severity]),
  };
}

/** `::kind key=value,…::message`, as the runner reads it. */
function writeCommand(kind: Kind, properties: Readonly<Record<string, string>>, message: string): string {
  const list = Object.entries(properties).map(([key, value]) => `${key}=${escapeProperty(value)}`);
  return `::${kind} ${list.join(",")}::${escapeData(message)}`;
}

/** The runner turns these back, `%25` last. */
function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
