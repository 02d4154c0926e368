/** `containerspec test`: holds an image against files of tests, without starting anything. */
import { readFile } from "node:fs/promises";
import { toDisplayTexts } from "./display-text.js";
import { ContainerspecError, findSystemReason } from "./errors.js";
import { toPlatformText } from "./image/platform.js";
import { parseTests } from "./structure/parse-tests.js";
import { runTests } from "./structure/run-tests.js";
import { IMAGE_TESTS_VERSION, type TestReport, type TestResult } from "./structure/test-result.js";
import type { InspectOptions } from "./inspect.js";
import { openNeeds } from "./open-needs.js";
import { VERSION } from "./version.js";

/** whose image is taken where an archive has several and none is named */
const USUAL_MACHINE = "x86_64";

/**
 * Tests the image at `source`: a file, a folder, or "-" for `options.stdin`.
 *
 * @param files of tests, in container-structure-test's format
 * @throws ContainerspecError not-image-tests for a file of tests that is none, and where the image cannot be read
 */
export async function testImage(
  source: string,
  files: readonly string[],
  options: InspectOptions = {},
): Promise<TestReport> {
  // What is wrong with the tests is told before an image is read for minutes.
  const tests = await Promise.all(files.map(async (file) => ({ file, tests: parseTests(await readText(file), file) })));
  const { opened, side } = await openNeeds(source, USUAL_MACHINE, options);
  const { image, snapshot, unreadLayers } = opened;
  options.onProgress?.({ stage: "testing the image", done: 0 });
  const tested = { config: image.config, root: snapshot, loader: side.subject.loader, unreadLayers };
  const results = tests.flatMap((one) => runTests(tested, one.file, one.tests));
  const count = (outcome: TestResult["outcome"]): number => results.filter((one) => one.outcome === outcome).length;
  return toDisplayTexts({
    schemaVersion: IMAGE_TESTS_VERSION,
    kind: "containerspec-image-tests",
    tool: { name: "containerspec", version: VERSION },
    image: {
      source,
      ...(image.reference === undefined ? {} : { reference: image.reference }),
      digest: image.digest,
      platform: toPlatformText(image.platform),
    },
    ...{ passed: count("passed"), failed: count("failed"), unknown: count("unknown") },
    results,
  });
}

async function readText(file: string): Promise<string> {
  return readFile(file, "utf8").catch((cause: unknown) => {
    const reason = findSystemReason(cause) ?? String(cause);
    throw new ContainerspecError(
      "not-image-tests",
      `Cannot read the tests ${file}: ${reason}; name a file with --config`,
      { path: file },
      { cause },
    );
  });
}
