/**
 * What does not fit a schema, in words, with the line and the column of a YAML file and what was expected there. What people write for
 * this program to read (policies, grids) is refused in one way.
 */
import { findNearestWord } from "./nearest-word.js";
import type { z } from "./schema.js";
import type { YamlDocument, YamlPlace } from "./yaml.js";

/** more faults than these are counted */
const MAX_FAULTS = 5;

export interface Fault {
  readonly message: string;
  readonly place: YamlPlace;
}

export type FaultPath = readonly (string | number)[];

/** The keys that there are below a path, for a hint on one that there is not. */
export type KnownKeys = (path: FaultPath) => readonly string[];

/** "line 3, column 5: required[1].library: it is missing, expected some text; and 2 more" */
export function describeFaults(faults: readonly Fault[]): string {
  const told = faults
    .slice(0, MAX_FAULTS)
    .map(({ message, place }) => `line ${place.line}, column ${place.column}: ${message}`);
  const more = faults.length > MAX_FAULTS ? [`and ${faults.length - MAX_FAULTS} more`] : [];
  return [...told, ...more].join("; ");
}

/** What a schema found, in the order in which it did. */
export function listFaults(
  issues: readonly z.core.$ZodIssue[],
  document: YamlDocument,
  known: KnownKeys,
): readonly Fault[] {
  // A text that is no list has a length, too: that it is too short says nothing more.
  const isNoList = (path: FaultPath): boolean =>
    issues.some((issue) => issue.code === "invalid_type" && issue.path.join("\0") === path.join("\0"));
  return issues.flatMap((issue) =>
    issue.code === "too_small" && isNoList(toPath(issue)) ? [] : toFaults(issue, document, known),
  );
}

function toPath({ path }: z.core.$ZodIssue): FaultPath {
  return path.map((step) => (typeof step === "symbol" ? String(step) : step));
}

function toFaults(issue: z.core.$ZodIssue, { placeOf, value }: YamlDocument, known: KnownKeys): readonly Fault[] {
  const path = toPath(issue);
  if (issue.code !== "unrecognized_keys")
    return [{ message: `${describePath(path)}${describeIssue(issue, path, value)}`, place: placeOf(path) }];
  const keys = known(path);
  return issue.keys.map((key) => {
    const near = findNearestWord(key, keys);
    const hint = near === undefined ? `expected one of ${keys.join(", ")}` : `did you mean ${near}?`;
    return { message: `${describePath(path)}there is no key ${key}; ${hint}`, place: placeOf([...path, key]) };
  });
}

/** "accept[1].expires: " */
function describePath(path: FaultPath): string {
  const text = path.map((step, at) => (typeof step === "number" ? `[${step + 1}]` : at === 0 ? step : `.${step}`));
  return text.length === 0 ? "" : `${text.join("")}: `;
}

function describeIssue(issue: z.core.$ZodIssue, path: FaultPath, whole: unknown): string {
  const found = path.reduce<unknown>((value, step) => (value as Record<string, unknown> | undefined)?.[step], whole);
  const what = found === undefined ? "it is missing" : `found ${describe(found)}`;
  switch (issue.code) {
    case "invalid_value": {
      const values = issue.values.map(String);
      const near = typeof found === "string" ? findNearestWord(found, values) : undefined;
      return near === undefined ? `${what}, expected one of ${values.join(", ")}` : `${what}; did you mean ${near}?`;
    }
    case "invalid_type":
      return `${what}, expected ${NAMES[issue.expected] ?? issue.expected}`;
    case "too_small":
      return `${what}, expected at least one`;
    // Of the names of a map: what is wrong with one stands inside.
    case "invalid_key":
      return `there is no ${String(path.at(-1))}, ${issue.issues[0]?.message ?? issue.message}`;
    default:
      return `${what}, ${issue.message}`;
  }
}

const NAMES: Readonly<Record<string, string>> = {
  string: "some text",
  array: "a list",
  object: "keys with values",
  record: "keys with values",
};

function describe(value: unknown): string {
  if (value === "" || value === null) return "nothing";
  if (typeof value === "string") return JSON.stringify(value);
  return Array.isArray(value) ? "a list" : "keys with values";
}
