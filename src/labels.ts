/** `containerspec labels`: what labels the content of an image tells, and whether those that it has are true. */
import { inspect, USUAL_MACHINE, type InspectOptions } from "./inspect.js";
import { checkLabels, type LabelCheck } from "./labels/check.js";
import { deriveLabels } from "./labels/derive.js";
import { relabelImage } from "./image/relabel-image.js";
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

export interface WrittenLabels {
  /** of the image that was written: of its manifest, or of its config where it has none */
  readonly digest: string;
  /** untrue labels of the image that content says nothing else about, which are gone */
  readonly removed: readonly string[];
  /** digests of attestations and signatures in the archive that speak of the image as it was */
  readonly stale: readonly string[];
}

/**
 * Writes the image of a report again, as an archive that is not compressed, with the labels that its content tells. Other labels stay,
 * but for those that are untrue. Layers and all that is not asked about are copied byte for byte; `target` is whole or not there.
 *
 * @throws ContainerspecError usage where the target cannot be written, or is the image; unsupported-image for SIF files and their like
 */
export async function writeLabels(
  { source, labels: derived, checks }: LabelReport,
  target: string,
  { platform, reference, verify = "always", limits }: InspectOptions = {},
): Promise<WrittenLabels> {
  const told = new Set(derived.map(({ key }) => key));
  const removed = checks.filter(({ key, verdict }) => verdict === "untrue" && !told.has(key)).map(({ key }) => key);
  const wanted = new Map<string, string | undefined>([
    ...removed.map((key) => [key, undefined] as const),
    ...derived.map(({ key, value }) => [key, value] as const),
  ]);
  const { digest, stale } = await relabelImage(source, target, wanted, {
    verify,
    defaultPlatform: `linux/${USUAL_MACHINE}`,
    ...(platform === undefined ? {} : { platform }),
    ...(reference === undefined ? {} : { reference }),
    ...(limits === undefined ? {} : { limits }),
  });
  return { digest, removed, stale };
}
