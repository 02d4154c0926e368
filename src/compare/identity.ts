/**
 * What makes a finding the same one in the next run: the image by name, the host, the rule, the library, and what the finding is
 * about. Not the sentence, which a release may put better; not digests, which differ with every build; not who is concerned, since
 * one more program that meets the same trouble makes no other trouble.
 */
import type { Evidence, Finding, Report } from "../report.js";

/** The image by the name that stays when it is built again: its repository, without tag and digest; else its file. */
export function lastingName({ image: { reference, source } }: Report): string {
  return reference === undefined ? source : withoutTag(reference);
}

/** "team/app:1" and "team/app@sha256:…" as "team/app". */
export function withoutTag(reference: string): string {
  return reference.replace(/@[^@/]*$/, "").replace(/:[^:/]*$/, "");
}

/** The last name of a path. */
export function baseNameOf(path: string): string {
  return path.replace(/\/+$/, "").replace(/^.*\//, "");
}

/** What of a fact stays the same. */
export function identityOf(evidence: Evidence): readonly (string | undefined)[] {
  switch (evidence.kind) {
    case "file":
      return [evidence.kind, evidence.role, evidence.side, evidence.path];
    case "version":
      return [evidence.kind, evidence.name, evidence.requiredBy, evidence.provider];
    case "symbol":
      return [evidence.kind, evidence.name, evidence.version, evidence.usedBy];
    case "search":
      return [evidence.kind, evidence.name, evidence.requestedBy];
    case "value":
      return [evidence.kind, evidence.what];
  }
}

/** Findings with the name that each keeps within its image, library and host; of those that evidence does not tell apart the second has another. */
export function nameFindings(findings: readonly Finding[]): ReadonlyMap<string, Finding> {
  const named = new Map<string, Finding>();
  for (const finding of findings) {
    const key = JSON.stringify([finding.rule, finding.evidence.map(identityOf)]);
    let times = 0;
    while (named.has(`${times} ${key}`)) times += 1;
    named.set(`${times} ${key}`, finding);
  }
  return named;
}
