/** The JSON format: one report as it is, several in a list, and nothing added. */
import { expect, test } from "vitest";
import type { Report } from "../../src/report.js";
import { renderJson } from "../../src/reporters/json.js";

const REPORT = { schemaVersion: "1.0.0", mounts: [], summary: { safe: 0 } } as unknown as Report;

test("one report is written as it is", () => {
  const text = renderJson([REPORT]);
  expect(JSON.parse(text)).toEqual(REPORT);
  expect(text.endsWith("}\n")).toBe(true);
});

test("several stand in a list, in their order, with the version outside too", () => {
  const other = { ...REPORT, placement: "first" } as Report;
  expect(JSON.parse(renderJson([REPORT, other]))).toEqual({ schemaVersion: "1.0.0", reports: [REPORT, other] });
});
