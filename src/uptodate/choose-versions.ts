/** Which of the versions that there are an uptodate.yaml takes. */
import { filterVersions } from "./filter-versions.js";
import type { VersionChoice } from "./uptodate-file.js";
import { compareVersions } from "./version-order.js";

/**
 * Those that are taken, each once, from the oldest to the newest.
 *
 * @throws ContainerspecError limit-exceeded where a filter takes too long
 */
export function chooseVersions(versions: readonly string[], choice: VersionChoice): readonly string[] {
  const { filter, includes } = choice;
  const all = [...new Set(versions)];
  const within = all.filter((version) => isWithin(version, choice));
  const matched = new Set(filter.length === 0 ? within : filterVersions(within, filter));
  return all.filter((version) => includes.includes(version) || matched.has(version)).sort(compareVersions);
}

function isWithin(version: string, { startAt, endAt, skips }: VersionChoice): boolean {
  if (skips.includes(version)) return false;
  if (startAt !== undefined && compareVersions(version, startAt) < 0) return false;
  return endAt === undefined || compareVersions(version, endAt) <= 0;
}
