/**
 * What makes a finding the same one in the next run, so that a dashboard does not open it again: the image by name, the host, the
 * rule, the library, and what the finding is about. Not the sentence, which a release may put better; not digests, which differ
 * with every build; not who is concerned, since one more program that meets the same trouble makes no other trouble.
 */
import { createHash } from "node:crypto";
import type { Evidence, Report } from "../report.js";
import { lastingName, type ListedFinding } from "./listed-finding.js";

/** A function that gives each finding of one document its own fingerprint, 64 hexadecimal digits. */
export function createFingerprints(): (report: Report, listed: ListedFinding) => string {
  const seen = new Map<string, number>();
  return (report, { finding, about, mount }) => {
    const image = [lastingName(report), report.image.platform, report.host.source, report.placement];
    const key = JSON.stringify([image, finding.rule, about, mount?.target, finding.evidence.map(identityOf)]);
    // Where evidence does not tell two findings apart, their order does.
    const times = seen.get(key) ?? 0;
    seen.set(key, times + 1);
    return createHash("sha256").update(`${times} ${key}`).digest("hex");
  };
}

function identityOf(evidence: Evidence): readonly (string | undefined)[] {
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
