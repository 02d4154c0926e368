/** The report as JSON: the contract that scripts rely on (docs/report.md). */
import type { Report } from "../report.js";

/** One report as it is; several as `{schemaVersion, reports}`. */
export function renderJson(reports: readonly Report[]): string {
  const [first] = reports;
  const whole = reports.length === 1 ? first : { schemaVersion: first?.schemaVersion, reports };
  return `${JSON.stringify(whole, null, 2)}\n`;
}
