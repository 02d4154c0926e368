/** An image's own labels, held against its content. */
import type { InspectReport } from "../inspect-schema.js";
import { LABEL_FAMILIES } from "./catalog.js";
import { isSameRelease, isSameWord } from "./compare.js";
import { whyIncomplete } from "./derive.js";
import type { Label, LabelFamily, LabelKey } from "./family.js";

export interface LabelCheck {
  readonly key: string;
  /** as the image has it */
  readonly value: string;
  readonly verdict: "true" | "untrue" | "unknown";
  /** what content says, where it says anything of this label */
  readonly derived?: string;
  readonly reason: string;
}

/** glibc's own programs that are static everywhere, and part of no MPI and no driver. */
const STATIC_TOOLS = /\/(?:ldconfig|sln|ldconfig\.real)$/;

/** What a label may say where whoever wrote it did not know: a value of the label's own list. */
const SAYS_NOTHING = /^unknown$/i;

/** One check for each of its labels that a family knows, in the order of the catalog. Other labels are not looked at. */
export function checkLabels(report: InspectReport): readonly LabelCheck[] {
  return LABEL_FAMILIES.flatMap((family) =>
    family.keys.flatMap((known) => {
      const value = report.image.labels[known.key];
      return value === undefined ? [] : [checkOne(family, known, value, report)];
    }),
  );
}

function checkOne(family: LabelFamily, { key, compare }: LabelKey, value: string, report: InspectReport): LabelCheck {
  const { labels, undecided = [], absent = {} } = family.derive(report);
  const label = labels.find((one) => one.key === key);
  if (SAYS_NOTHING.test(value)) return { key, value, verdict: "unknown", reason: "the label itself says so" };
  const told = { key, value, ...(label === undefined ? {} : { derived: label.value }) };
  const why = whyIncomplete(report);
  if (why !== undefined) return { ...told, verdict: "unknown", reason: why };
  const holds = compare === "own" ? family.holds?.(key, value, report) : holdsLabel(label, compare, value);
  if (holds !== undefined) {
    const evidence = label?.evidence[0] ?? "its content";
    const reason = label === undefined ? evidence : `${label.value}: ${evidence}`;
    return { ...told, verdict: holds ? "true" : "untrue", reason };
  }
  const missing = absent[key];
  if (missing !== undefined) return { ...told, ...judgeAbsent(missing, report) };
  const reason = undecided.find((one) => one.key === key)?.reason ?? "its content does not tell";
  return { ...told, verdict: "unknown", reason };
}

function holdsLabel(label: Label | undefined, compare: "word" | "release", value: string): boolean | undefined {
  if (label === undefined) return undefined;
  const values = [label.value, ...(label.others ?? [])];
  if (compare === "word") return values.some((one) => isSameWord(one, value));
  const answers = values.map((one) => isSameRelease(one, value));
  return answers.includes(true) ? true : answers.includes(undefined) ? undefined : false;
}

/** What nothing shows is not there, unless a program may have it inside. */
function judgeAbsent(reason: string, { programs }: InspectReport): Pick<LabelCheck, "verdict" | "reason"> {
  const whole = programs.find(({ kind, path }) => kind === "static" && !STATIC_TOOLS.test(path));
  if (whole === undefined) return { verdict: "untrue", reason };
  return { verdict: "unknown", reason: `${reason}; but ${whole.path} is static, and may have it inside` };
}
