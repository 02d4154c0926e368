/** `containerspec labels`: what labels the content of an image tells, and whether those that it has are true. */
import { inspect, type InspectOptions } from "./inspect.js";
import { checkLabels, type LabelCheck } from "./labels/check.js";
import { deriveLabels } from "./labels/derive.js";
import type { Label, Undecided } from "./labels/family.js";

export interface LabelReport {
  /** the file or folder */
  readonly source: string;
  /** what the archive calls the image */
  readonly reference?: string;
  /** those that content tells */
  readonly labels: readonly Label[];
  /** those about which content says something, and not enough */
  readonly undecided: readonly Undecided[];
  /** the image's own labels that content has a say about */
  readonly checks: readonly LabelCheck[];
}

/**
 * Derives the labels of the image at `source`, and holds its own against its content.
 *
 * @throws ContainerspecError where the image cannot be read
 */
export async function labels(source: string, options: InspectOptions = {}): Promise<LabelReport> {
  const report = await inspect(source, options);
  const { reference } = report.image;
  return {
    source,
    ...(reference === undefined ? {} : { reference }),
    ...deriveLabels(report),
    checks: checkLabels(report),
  };
}
