/** Every label that the content of an image tells, and what it says of those that it does not. */
import type { InspectReport } from "../inspect-schema.js";
import { LABEL_FAMILIES } from "./catalog.js";
import type { Label, Undecided } from "./family.js";

export interface DerivedLabels {
  /** in the order of the catalog, each key once */
  readonly labels: readonly Label[];
  readonly undecided: readonly Undecided[];
}

/** Of an image of which a layer could not be read nothing is derived: it may hold anything. */
export function deriveLabels(report: InspectReport): DerivedLabels {
  const why = whyIncomplete(report);
  const derived = LABEL_FAMILIES.map(({ derive }) => derive(report));
  if (why !== undefined) {
    const keys = derived.flatMap(({ labels }) => labels.map(({ key }) => key));
    return { labels: [], undecided: keys.map((key) => ({ key, reason: why })) };
  }
  return {
    labels: derived.flatMap(({ labels }) => labels),
    undecided: derived.flatMap(({ undecided = [] }) => undecided),
  };
}

/** Why something may be in an image that was not seen. */
export function whyIncomplete({ image: { unreadLayers } }: InspectReport): string | undefined {
  if (unreadLayers.length === 0) return undefined;
  return `${unreadLayers.length === 1 ? "a layer" : `${unreadLayers.length} layers`} of it could not be read`;
}
