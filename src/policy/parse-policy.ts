/**
 * The text of a policy file to a Policy. A policy decides what passes, so that a slip of the pen must not make it weaker in silence:
 * a key that there is not, a rule that there is not and a day that there is not are errors, each with its line and column.
 */
import { ContainerspecError } from "../errors.js";
import type { Severity } from "../report.js";
import { findNearestWord } from "../nearest-word.js";
import { parseYaml, type YamlDocument } from "../yaml.js";
import { describeFaults, listFaults, type Fault, type FaultPath } from "../yaml-faults.js";
import { POLICY_KEYS, policySchema, type PolicyText } from "./policy-schema.js";
import type { Acceptance, Policy } from "./policy.js";

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
      listFaults(read.error.issues, document, ([part = ""]) => POLICY_KEYS[String(part)] ?? []),
    );
  const unknown = findUnknownRules(read.data, rules, document);
  if (unknown.length > 0) throw refuse(source, unknown);
  return toPolicy(read.data, source, document);
}

function refuse(source: string, faults: readonly Fault[]): ContainerspecError {
  return new ContainerspecError(
    "not-a-policy",
    `Cannot use the policy ${source}: ${describeFaults(faults)}; docs/policy.md has all keys`,
    { path: source },
  );
}

function findUnknownRules(
  { severities = {}, accept = [] }: PolicyText,
  rules: readonly string[],
  { placeOf }: YamlDocument,
): readonly Fault[] {
  const named: readonly { readonly rule: string; readonly path: FaultPath }[] = [
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
