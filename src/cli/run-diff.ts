/** `containerspec diff` at work. */
import {
  ContainerspecError,
  diff,
  diffImages,
  findDiffKind,
  type ImagePart,
  type Limits,
  type ReportDiff,
} from "../index.js";
import { openAskedCache } from "./asked-cache.js";
import { writeResult } from "./output.js";
import { createProgressLine } from "./progress.js";
import { standardOutput } from "./terminal.js";

const DIFFERENT = 1;

/** What the options of `diff` are read into. */
export interface DiffArguments {
  readonly only?: readonly ImagePart[];
  readonly full?: true;
  readonly platform?: string;
  readonly beforeRef?: string;
  readonly afterRef?: string;
  readonly layerMode: "overlay" | "extract";
  readonly verify: "always" | "auto" | "never";
  readonly limit?: Partial<Limits>;
  readonly cache?: string | false;
  readonly format: "text" | "json" | "markdown";
}

/** Options that mean nothing where reports are compared, by what they are called. */
const FOR_IMAGES = {
  only: "--only",
  full: "--full",
  platform: "--platform",
  beforeRef: "--before-ref",
  afterRef: "--after-ref",
} as const;

/** Compares two images or two reports, and writes what differs. */
export async function runDiff(before: string, after: string, options: DiffArguments): Promise<void> {
  const isSame =
    findDiffKind(before, after) === "images"
      ? await runImages(before, after, options)
      : await runReports(before, after, options);
  if (!isSame) process.exitCode = DIFFERENT;
}

async function runReports(before: string, after: string, options: DiffArguments): Promise<boolean> {
  const [asked] = Object.entries(FOR_IMAGES).filter(([key]) => options[key as keyof typeof FOR_IMAGES] !== undefined);
  if (asked !== undefined)
    throw new ContainerspecError(
      "usage",
      `Cannot use ${asked[1]} for the reports ${before} and ${after}: it is about images, and reports are compared as they are`,
    );
  const found = await diff(before, after);
  await writeResult(await renderReports(found, options.format), undefined);
  return found.same;
}

async function renderReports(found: ReportDiff, format: DiffArguments["format"]): Promise<string> {
  if (format === "json") return `${JSON.stringify(found, null, 2)}\n`;
  if (format === "markdown") return (await import("../reporters/diff-markdown.js")).renderDiffMarkdown(found);
  return (await import("../reporters/diff-text.js")).renderDiff(found, standardOutput());
}

async function runImages(before: string, after: string, options: DiffArguments): Promise<boolean> {
  const { only, full, platform, beforeRef, afterRef, layerMode, verify, limit, format } = options;
  const progress = createProgressLine();
  const cache = openAskedCache(options.cache);
  try {
    const found = await diffImages(before, after, {
      ...{ layerMode, verify, stdin: process.stdin, onProgress: progress.show },
      references: {
        ...(beforeRef === undefined ? {} : { before: beforeRef }),
        ...(afterRef === undefined ? {} : { after: afterRef }),
      },
      ...(only === undefined ? {} : { only }),
      ...(cache === undefined ? {} : { cache }),
      ...(platform === undefined ? {} : { platform }),
      ...(limit === undefined ? {} : { limits: limit }),
    });
    progress.clear();
    await writeResult(await renderImages(found, format, full === true), undefined);
    return found.same;
  } finally {
    progress.clear();
  }
}

async function renderImages(
  found: Awaited<ReturnType<typeof diffImages>>,
  format: DiffArguments["format"],
  isFull: boolean,
): Promise<string> {
  if (format === "json") return `${JSON.stringify(found, null, 2)}\n`;
  if (format === "markdown")
    return (await import("../reporters/image-diff-markdown.js")).renderImageDiffMarkdown(found);
  return (await import("../reporters/image-diff-text.js")).renderImageDiff(found, standardOutput(), { isFull });
}
