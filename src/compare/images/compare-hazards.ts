/** Hazards that came or went: the same finding in both images is none. */
import type { Finding } from "../../report.js";
import { nameFindings } from "../identity.js";
import type { DiffedHazard, HazardsDiff } from "./image-diff-schema.js";
import type { BothSides, ImageSide } from "./image-side.js";

export function compareHazards({ before, after }: BothSides<Pick<ImageSide, "hazards">>): HazardsDiff {
  return { added: listNew(before.hazards, after.hazards), removed: listNew(after.hazards, before.hazards) };
}

function listNew(others: readonly Finding[], findings: readonly Finding[]): DiffedHazard[] {
  const known = nameFindings(others);
  return [...nameFindings(findings)].flatMap(([name, { rule, severity, message, subjects }]) =>
    known.get(name)?.severity === severity ? [] : [{ rule, severity, message, subjects: [...subjects] }],
  );
}
