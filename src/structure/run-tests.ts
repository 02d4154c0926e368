/** All tests of one file, in its order. Where a layer could not be read, nobody knows what it hides: whatever passes is unknown. */
import { runElfTest } from "./run-elf-test.js";
import { runFileTest } from "./run-file-test.js";
import { runMetadataTest } from "./run-metadata-test.js";
import type { TestFindings, TestResult } from "./test-result.js";
import type { TestedImage } from "./tested-image.js";
import type { ImageTests } from "./tests-schema.js";

/** @param file the name of the file of tests */
export function runTests(image: TestedImage, file: string, tests: ImageTests): readonly TestResult[] {
  const { elfBinaryTests = [], fileExistenceTests = [], metadataTest } = tests;
  const { unreadLayers } = image;
  const layers = unreadLayers.map((layer) => `layer ${layer + 1} cannot be read, and may change what is there`);
  const toResult = (
    kind: TestResult["kind"],
    name: string,
    { failures, doubts, loaderMessages = [] }: TestFindings,
  ): TestResult => ({
    ...{ name, kind, file },
    outcome: failures.length > 0 ? "failed" : doubts.length > 0 ? "unknown" : "passed",
    messages: [...failures, ...doubts],
    loaderMessages: [...loaderMessages],
  });
  const withLayers = ({ doubts, ...rest }: TestFindings): TestFindings => ({ ...rest, doubts: [...doubts, ...layers] });
  return [
    ...elfBinaryTests.map((test) => toResult("elfBinaryTests", test.name, withLayers(runElfTest(image, test)))),
    ...fileExistenceTests.map((test) =>
      toResult("fileExistenceTests", test.name, withLayers(runFileTest(image.root, test))),
    ),
    ...(metadataTest === undefined
      ? []
      : [toResult("metadataTest", "metadata", runMetadataTest(image.config, metadataTest))]),
  ];
}
