/** Which of the versions that there are an uptodate.yaml takes. */
import type { VersionChoice } from "./uptodate-file.js";
import { compareVersions } from "./version-order.js";

/** Those that are taken, each once, from the oldest to the newest. */
export function chooseVersions(versions: readonly string[], choice: VersionChoice): readonly string[] {
  return [...new Set(versions)].filter((version) => isTaken(version, choice)).sort(compareVersions);
}

function isTaken(version: string, { filter, startAt, endAt, skips, includes }: VersionChoice): boolean {
  if (includes.includes(version)) return true;
  if (skips.includes(version)) return false;
  if (startAt !== undefined && compareVersions(version, startAt) < 0) return false;
  if (endAt !== undefined && compareVersions(version, endAt) > 0) return false;
  return filter.length === 0 || filter.some((expression) => expression.test(version));
}
