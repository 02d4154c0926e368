/** `containerspec test` at work. */
import { testImage, type Limits, type TestReport } from "../index.js";
import { openAskedCache } from "./asked-cache.js";
import { writeResult } from "./output.js";
import { createProgressLine } from "./progress.js";
import { standardOutput } from "./terminal.js";

const FAILED = 1;

/** What the options of `test` are read into. */
export interface TestArguments {
  readonly config: readonly string[];
  readonly platform?: string;
  readonly ref?: string;
  readonly layerMode: "overlay" | "extract";
  readonly verify: "always" | "auto" | "never";
  readonly env?: ReadonlyMap<string, string>;
  readonly limit?: Partial<Limits>;
  readonly cache?: string | false;
  readonly format: "text" | "json" | "junit";
}

/** Tests an image, writes what became of it, and fails where a test did, or could not be answered. */
export async function runTest(image: string, options: TestArguments): Promise<void> {
  const { config, platform, ref, layerMode, verify, env, limit, format } = options;
  const progress = createProgressLine();
  const cache = openAskedCache(options.cache);
  try {
    const report = await testImage(image, config, {
      ...{ layerMode, verify, stdin: process.stdin, onProgress: progress.show },
      ...(cache === undefined ? {} : { cache }),
      ...(platform === undefined ? {} : { platform }),
      ...(ref === undefined ? {} : { reference: ref }),
      ...(env === undefined ? {} : { env }),
      ...(limit === undefined ? {} : { limits: limit }),
    });
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
