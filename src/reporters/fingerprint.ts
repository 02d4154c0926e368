/** What makes a finding the same one in the next run (`compare/identity.ts`) as one word, so that a dashboard does not open it again. */
import { createHash } from "node:crypto";
import { identityOf, lastingName } from "../compare/identity.js";
import type { Report } from "../report.js";
import type { ListedFinding } from "./listed-finding.js";

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
