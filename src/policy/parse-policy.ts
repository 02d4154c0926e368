/**
 * The text of a policy file to a Policy. A policy decides what passes, so that a slip of the pen must not make it weaker in silence:
 * a key that there is not, a rule that there is not and a day that there is not are errors, each with its line and column.
 */
import { ContainerspecError } from "../errors.js";
import type { Severity } from "../report.js";
import type { z } from "../schema.js";
import { parseYaml, type YamlDocument, type YamlPlace } from "../yaml.js";
import { findNearestWord } from "./nearest-word.js";
import { POLICY_KEYS, policySchema, type PolicyText } from "./policy-schema.js";
import type { Acceptance, Policy } from "./policy.js";

/** more faults than these are counted */
const MAX_FAULTS = 5;

interface Fault {
  readonly message: string;
  readonly place: YamlPlace;
}

type Path = readonly (string | number)[];

/**
 * @param source the file, for messages
 * @param rules the ids of all rules
 * @throws ContainerspecError not-a-policy, with every fault up to five
 */
export function parsePolicy(text: string, source: string, rules: readonly string[]): Policy {
  const document = parseYaml(text, { scalars: "text" });
  if (document.kind === "fault") throw refuse(source, [document]);
  // An empty file, and one of comments alone, says nothing; that is no policy.
  const read = policySchema.safeParse(document.value);
  if (!read.success)
    throw refuse(
      source,
      read.error.issues.flatMap((issue) => toFaults(issue, document)),
    );
  const unknown = findUnknownRules(read.data, rules, document);
  if (unknown.length > 0) throw refuse(source, unknown);
  return toPolicy(read.data, source, document);
}

function refuse(source: string, faults: readonly Fault[]): ContainerspecError {
  const told = faults
    .slice(0, MAX_FAULTS)
    .map(({ message, place }) => `line ${place.line}, column ${place.column}: ${message}`);
  const more = faults.length > MAX_FAULTS ? [`and ${faults.length - MAX_FAULTS} more`] : [];
  return new ContainerspecError(
    "not-a-policy",
    `Cannot use the policy ${source}: ${[...told, ...more].join("; ")}; docs/policy.md has all keys`,
    { path: source },
  );
}

function toFaults(issue: z.core.$ZodIssue, { placeOf, value }: YamlDocument): readonly Fault[] {
  const path = issue.path.map((step) => (typeof step === "symbol" ? String(step) : step));
  if (issue.code !== "unrecognized_keys")
    return [{ message: `${describePath(path)}${describeIssue(issue, path, value)}`, place: placeOf(path) }];
  const known = POLICY_KEYS[String(path[0] ?? "")] ?? [];
  return issue.keys.map((key) => {
    const near = findNearestWord(key, known);
    const hint = near === undefined ? `expected one of ${known.join(", ")}` : `did you mean ${near}?`;
    return { message: `${describePath(path)}there is no key ${key}; ${hint}`, place: placeOf([...path, key]) };
  });
}

/** "accept[0].expires: " */
function describePath(path: Path): string {
  const text = path.map((step, at) => (typeof step === "number" ? `[${step + 1}]` : at === 0 ? step : `.${step}`));
  return text.length === 0 ? "" : `${text.join("")}: `;
}

function describeIssue(issue: z.core.$ZodIssue, path: Path, whole: unknown): string {
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
  if (typeof value === "string") return value === "" ? "nothing" : JSON.stringify(value);
  return Array.isArray(value) ? "a list" : "keys with values";
}

function findUnknownRules(
  { severities = {}, accept = [] }: PolicyText,
  rules: readonly string[],
  { placeOf }: YamlDocument,
): readonly Fault[] {
  const named: readonly { readonly rule: string; readonly path: Path }[] = [
    ...Object.keys(severities).map((rule) => ({ rule, path: ["severities", rule] })),
    ...accept.map(({ rule }, index) => ({ rule, path: ["accept", index, "rule"] })),
  ];
  return named
    .filter(({ rule }) => !rules.includes(rule))
    .map(({ rule, path }) => {
      const near = findNearestWord(rule, rules);
      const hint = near === undefined ? "`containerspec explain` lists all rules" : `did you mean ${near}?`;
      return { message: `there is no rule ${rule}; ${hint}`, place: placeOf(path) };
    });
}

function toPolicy(read: PolicyText, source: string, { placeOf }: YamlDocument): Policy {
  const { "fail-on": failOn, "allow-unknown": allowUnknown, floors = {} } = read;
  return {
    source,
    hosts: read.hosts ?? [],
    libraries: read.libraries ?? [],
    required: (read.required ?? []).map(({ library, hosts = [] }) => ({ library, hosts })),
    ...(failOn === undefined ? {} : { failOn: failOn }),
    ...(allowUnknown === undefined ? {} : { allowUnknown: allowUnknown === "true" }),
    severities: new Map(Object.entries(read.severities ?? {}) as [string, Severity][]),
    floors: Object.fromEntries(Object.entries(floors).filter(([, value]) => value !== undefined)),
    accept: (read.accept ?? []).map((one, index) => ({
      ...(one as Omit<Acceptance, "place">),
      place: `${source}, line ${placeOf(["accept", index]).line}`,
    })),
  };
}
