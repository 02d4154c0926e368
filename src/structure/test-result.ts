/** What becomes of tests, each field with its meaning: docs/image-tests.schema.json is made from it. */
import { z } from "../schema.js";

export const IMAGE_TESTS_VERSION = "1.0.0";

const text = (meaning: string) => z.string().describe(meaning);
const count = (meaning: string) => z.number().describe(meaning);

const testResult = z.object({
  name: text("what the file of tests calls it"),
  kind: z.enum(["elfBinaryTests", "fileExistenceTests", "metadataTest"]).describe("which kind of test"),
  file: text("the file that it stands in"),
  outcome: z.enum(["passed", "failed", "unknown"]).describe("unknown: it cannot be known, which is no pass"),
  messages: z.array(z.string()).describe("what is not as it should be, a sentence each; none where it passed"),
  loaderMessages: z.array(z.string()).describe("what the image's loader would print"),
});

export const testReportSchema = z.object({
  schemaVersion: text("the version of this format; a new major one when a field changes its meaning"),
  kind: z.literal("containerspec-image-tests").describe("what this document is"),
  tool: z.object({ name: text("containerspec"), version: text("its release") }).describe("what wrote it"),
  image: z
    .object({
      source: text("the file or folder"),
      reference: z.string().exactOptional().describe("what the archive calls the image"),
      digest: text("of its manifest or configuration"),
      platform: text("os/arch[/variant]"),
    })
    .describe("the image"),
  passed: count("tests that passed"),
  failed: count("tests that failed"),
  unknown: count("tests of which nobody can tell"),
  results: z.array(testResult).describe("every test, in the order of the files"),
});

export type TestReport = z.infer<typeof testReportSchema>;
export type TestResult = z.infer<typeof testResult>;

/** What one test found, before it is put beside the others. */
export interface TestFindings {
  readonly failures: readonly string[];
  /** what would have to be known */
  readonly doubts: readonly string[];
  readonly loaderMessages?: readonly string[];
}
