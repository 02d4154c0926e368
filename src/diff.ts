/** What two runs say differently, from the reports that they wrote. */
import { compareReports, type ReportDiff } from "./compare/compare-reports.js";
import { readReports } from "./report-file.js";

export type { FindingRow, LibraryChange, LibraryRow, ReportDiff, ReportName } from "./compare/compare-reports.js";

/**
 * Compares the reports of two files.
 *
 * @throws ContainerspecError file-not-found, not-a-report
 */
export async function diff(before: string, after: string): Promise<ReportDiff> {
  return compareReports(await readReports(before), await readReports(after));
}
