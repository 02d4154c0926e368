/** `containerspec labels` at work. */
import { ContainerspecError, labels, writeLabels, type InspectOptions, type LabelReport } from "../index.js";
import {
  renderAnnotations,
  renderCheckObject,
  renderDockerfile,
  renderFlags,
  renderLabelObject,
} from "../reporters/labels-lines.js";
import { renderLabelChecks, renderLabels } from "../reporters/labels-text.js";
import { toReading, type ReadingArguments } from "./asked-reading.js";
import { warn, writeResult } from "./output.js";
import { createProgressLine } from "./progress.js";
import { standardOutput } from "./terminal.js";

const UNTRUE = 1;

/** What the options of `labels` are read into. */
export interface LabelsArguments extends ReadingArguments {
  readonly check?: true;
  readonly write?: string;
  readonly format: "text" | "json" | "dockerfile" | "flags" | "annotations";
}

/** Derives or checks labels, writes them, and sets the exit code: 1 where a label is untrue. */
export async function runLabels(image: string, options: LabelsArguments): Promise<void> {
  const { check, write, format } = options;
  if (check === true && format !== "text" && format !== "json")
    throw new ContainerspecError("usage", `Cannot write a check as ${format}: --check has the formats text and json`);
  if (check === true && write !== undefined)
    throw new ContainerspecError(
      "usage",
      "Cannot check labels and write them in one go: --check or --write, one after the other",
    );
  const progress = createProgressLine();
  try {
    const asked = toReading(options, progress.show);
    const report = await labels(image, asked);
    if (write !== undefined) await writeAgain(report, write, asked);
    progress.clear();
    await writeResult(check === true ? renderChecks(report, format) : RENDER[format](report), undefined);
    if (check === true && report.checks.some(({ verdict }) => verdict === "untrue")) process.exitCode = UNTRUE;
  } finally {
    progress.clear();
  }
}

async function writeAgain(report: LabelReport, file: string, asked: InspectOptions): Promise<void> {
  const { digest, removed, stale } = await writeLabels(report, file, asked);
  warn(`wrote ${file}: ${report.labels.length} labels, ${digest}`);
  if (removed.length > 0) warn(`left out of it, since they are untrue: ${removed.join(", ")}`);
  if (stale.length > 0)
    warn(`kept in it, though they speak of the image as it was: ${stale.join(", ")} (attestations or signatures)`);
}

const RENDER: Readonly<Record<LabelsArguments["format"], (report: LabelReport) => string>> = {
  text: (report) => renderLabels(report, standardOutput()),
  json: renderLabelObject,
  dockerfile: renderDockerfile,
  flags: renderFlags,
  annotations: renderAnnotations,
};

function renderChecks(report: LabelReport, format: LabelsArguments["format"]): string {
  return format === "json" ? renderCheckObject(report.checks) : renderLabelChecks(report, standardOutput());
}
