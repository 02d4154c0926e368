/**
 * Labels that a Dockerfile can say of what is in its base: those of org.supercontainers.* that `labels` derives from the base's content.
 * What steps of the Dockerfile may change is said only where there are none.
 */
import { toText } from "./dockerfile/span.js";
import type { Stage } from "./dockerfile/document.js";
import type { WantedLabels } from "./dockerfile/edit-labels.js";
import type { ImageAtHand } from "./fill-lock.js";
import { inspect, type InspectOptions } from "./inspect.js";
import type { InspectReport } from "./inspect-schema.js";
import { LABEL_FAMILIES } from "./labels/catalog.js";
import { checkLabels } from "./labels/check.js";
import { deriveLabels } from "./labels/derive.js";

export type ContentLabelOptions = Pick<InspectOptions, "layerMode" | "verify" | "cache" | "limits" | "onProgress">;

export interface ContentQuestion {
  /** the base that FROM names by digest */
  readonly image: ImageAtHand;
  /** os/arch[/variant] where FROM names one; else what is said has to be true of all that are at hand */
  readonly platform?: string;
  /** the stage that stands on it, whose LABEL lines are looked at */
  readonly stage: Stage;
  /** whether RUN, COPY or ADD follow, in this stage or in those on top of it */
  readonly isChanged: boolean;
}

/** What labels a stage should have; those that it has and that are true in their own words are not among them. */
export type ContentLabels = (question: ContentQuestion) => Promise<WantedLabels>;

const KEYS = LABEL_FAMILIES.flatMap(({ keys }) => keys.map(({ key }) => key)).filter((key) =>
  key.startsWith("org.supercontainers."),
);

/** What holds for whatever is installed on top: another release of the distribution has another base. Point releases do not. */
const LASTING: ReadonlySet<string> = new Set([
  "org.supercontainers.glibc",
  "org.supercontainers.os.name",
  "org.supercontainers.os.vendor",
  "org.supercontainers.os.version",
]);

/** An answerer that reads each image once. @throws ContainerspecError where an image cannot be read */
export function createContentLabels(options: ContentLabelOptions): ContentLabels {
  const known = new Map<string, Promise<InspectReport>>();
  const describe = (image: ImageAtHand, platform: string): Promise<InspectReport> => {
    const key = `${image.digest} ${platform}`;
    const report = known.get(key) ?? inspect(image.source, { ...options, reference: image.digest, platform });
    known.set(key, report);
    return report;
  };
  return async ({ image, platform, stage, isChanged }) => {
    const platforms = platform === undefined ? image.platforms : [platform];
    if (platforms.some((one) => !image.platforms.includes(one))) return new Map();
    const reports: InspectReport[] = [];
    for (const one of platforms) reports.push(await describe(image, one));
    const written = readLabels(stage);
    const keys = KEYS.filter((key) => (!isChanged || LASTING.has(key)) && written.get(key)?.includes("$") !== true);
    return new Map(keys.flatMap((key) => toWanted(key, written.get(key), reports)));
  };
}

/** As the builder takes them: of two with one key the last one counts. */
function readLabels({ labels }: Stage): ReadonlyMap<string, string> {
  return new Map(
    labels.flatMap(({ pairs }) => pairs.map(({ key, value }) => [key, Buffer.from(value, "latin1").toString()])),
  );
}

function toWanted(
  key: string,
  written: string | undefined,
  reports: readonly InspectReport[],
): readonly (readonly [string, string | undefined])[] {
  const verdicts = new Set(reports.map((report) => checkOne(key, written, report)));
  // An own one that is true, or one that is inherited.
  if (verdicts.size === 1 && verdicts.has("true")) return [];
  const values = new Set(reports.map((report) => deriveLabels(report).labels.find((one) => one.key === key)?.value));
  const [value] = values;
  if (values.size === 1 && value !== undefined) return [[key, toText(Buffer.from(value))]];
  return written !== undefined && verdicts.size === 1 && verdicts.has("untrue") ? [[key, undefined]] : [];
}

/** Of the label in the Dockerfile, or of the base's own, which the stage inherits; undefined where there is neither. */
function checkOne(key: string, written: string | undefined, report: InspectReport): string | undefined {
  const value = written ?? report.image.labels[key];
  if (value === undefined) return undefined;
  const labelled = { ...report, image: { ...report.image, labels: { [key]: value } } };
  return checkLabels(labelled).find((one) => one.key === key)?.verdict;
}
