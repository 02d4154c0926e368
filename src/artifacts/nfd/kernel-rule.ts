/**
 * "This kernel or a later one", by the numbers that every release of Node Feature Discovery knows: comparing whole releases came later than
 * this specification.
 */
import type { Rule, Term } from "./spec.js";

const FEATURE = "kernel.version";

/** @param release "5.10" or "5.10.3" */
export function toKernelRule(name: string, release: string): Rule {
  const [major = 0, minor = 0, revision = 0] = release.split(".").map(Number);
  const is = (
    numbers: Readonly<Record<string, number>>,
    later: readonly [string, number],
  ): { matchFeatures: Term[] } => ({
    matchFeatures: [
      {
        feature: FEATURE,
        matchExpressions: Object.fromEntries([
          ...Object.entries(numbers).map(([key, number]) => [key, { op: "In" as const, value: [`${number}`] }]),
          [later[0], { op: "Gt" as const, value: [`${later[1]}`] }],
        ]) as NonNullable<Term["matchExpressions"]>,
      },
    ],
  });
  return {
    name,
    matchAny: [
      is({}, ["major", major]),
      is({ major }, ["minor", minor]),
      is({ major, minor }, ["revision", revision - 1]),
    ],
  };
}

/** The release that such a rule asks for; undefined for every other rule. */
export function readKernelRule(rule: Rule): string | undefined {
  const numbers = rule.matchAny?.at(-1)?.matchFeatures[0]?.matchExpressions;
  const [major, minor, before] = ["major", "minor", "revision"].map((key) => numbers?.[key]?.value?.[0]);
  if (major === undefined || minor === undefined || before === undefined) return undefined;
  const release = `${major}.${minor}.${Number(before) + 1}`;
  // It is one where it is written as all of them are, with nothing more in it.
  return JSON.stringify(toKernelRule(rule.name, release)) === JSON.stringify(rule) ? release : undefined;
}
