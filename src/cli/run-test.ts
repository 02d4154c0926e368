/** `containerspec test` at work. */
import { testImage, type TestReport } from "../index.js";
import { toReading, type ReadingArguments } from "./asked-reading.js";
import { writeResult } from "./output.js";
import { createProgressLine } from "./progress.js";
import { standardOutput } from "./terminal.js";

const FAILED = 1;

/** What the options of `test` are read into. */
export interface TestArguments extends ReadingArguments {
  readonly config: readonly string[];
  readonly format: "text" | "json" | "junit";
}

/** Tests an image, writes what became of it, and fails where a test did, or could not be answered. */
export async function runTest(image: string, options: TestArguments): Promise<void> {
  const { config, format } = options;
  const progress = createProgressLine();
  try {
    const report = await testImage(image, config, toReading(options, progress.show));
    progress.clear();
    await writeResult(await render(report, format), undefined);
    if (report.failed + report.unknown > 0) process.exitCode = FAILED;
  } finally {
    progress.clear();
  }
}

async function render(report: TestReport, format: TestArguments["format"]): Promise<string> {
  if (format === "json") return `${JSON.stringify(report, null, 2)}\n`;
  if (format === "junit") return (await import("../reporters/image-tests-junit.js")).renderImageTestsJunit(report);
  return (await import("../reporters/image-tests-text.js")).renderImageTests(report, standardOutput());
}
