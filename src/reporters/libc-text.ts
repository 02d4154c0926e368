/** A C library in words. */
import type { LibcReport } from "../report.js";

export function describeLibc({ family, version }: LibcReport): string {
  if (family === "none") return "no C library";
  if (family === "unknown") return "unknown C library";
  return version === undefined ? `${family} of unknown version` : `${family} ${version}`;
}
