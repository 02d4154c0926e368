/**
 * What became of the tests of an image as JUnit XML, in the form of junit.ts: a suite for each file of tests. A test of which nobody can
 * tell is a failure, since whoever reads a report of tests takes what was skipped for no trouble. It has no time: the same inputs give
 * the same bytes.
 */
import { toDisplayTexts } from "../display-text.js";
import type { TestReport, TestResult } from "../structure/test-result.js";
import { renderXml, type Element } from "./xml.js";

export function renderImageTestsJunit(whole: TestReport): string {
  const report = toDisplayTexts(whole);
  const files = [...new Set(report.results.map(({ file }) => file))];
  const suites = files.map((file) => toSuite(report, file));
  const failures = report.failed + report.unknown;
  return renderXml({
    name: "testsuites",
    attributes: { name: "containerspec", tests: report.results.length, failures, errors: 0 },
    children: suites,
  });
}

function toSuite({ image, tool, results }: TestReport, file: string): Element {
  const own = results.filter((result) => result.file === file);
  const name = `${image.reference ?? image.source} by ${file}`;
  const properties = {
    "containerspec.version": tool.version,
    "image.source": image.source,
    "image.digest": image.digest,
    "image.platform": image.platform,
  };
  const failures = own.filter(({ outcome }) => outcome !== "passed").length;
  return {
    name: "testsuite",
    attributes: { name, tests: own.length, failures, errors: 0, skipped: 0 },
    children: [
      {
        name: "properties",
        children: Object.entries(properties).map(([key, value]) => ({
          name: "property",
          attributes: { name: key, value },
        })),
      },
      ...own.map((result) => toTestcase(result, name)),
    ],
  };
}

function toTestcase({ name, kind, outcome, messages, loaderMessages }: TestResult, suite: string): Element {
  const failure = {
    name: "failure",
    attributes: { type: outcome, message: messages[0] ?? "" },
    children: messages.join("\n"),
  };
  return {
    name: "testcase",
    attributes: { name, classname: `${suite}: ${kind}` },
    children: [
      ...(outcome === "passed" ? [] : [failure]),
      ...(loaderMessages.length === 0 ? [] : [{ name: "system-out", children: loaderMessages.join("\n") }]),
    ],
  };
}
