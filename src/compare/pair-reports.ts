/** Reports of two runs, put together where they are about one image on one host. */
import type { MountReport, Report } from "../report.js";
import { baseNameOf, lastingName } from "./identity.js";

export interface Pair<Item> {
  readonly before?: Item;
  readonly after?: Item;
}

/** Pairs in the order of the later run, and then what is gone. */
export function pairReports(before: readonly Report[], after: readonly Report[]): readonly Pair<Report>[] {
  // Who compares one report with one wants these two compared, whatever they are called.
  const [one, other] = [before[0], after[0]];
  if (before.length === 1 && after.length === 1 && one !== undefined && other !== undefined)
    return [{ before: one, after: other }];
  return pairBy(before, after, nameOfReport);
}

/** Image, platform and host, by names that stay when the image is built again and when files lie in another folder. */
export function nameOfReport(report: Report): string {
  const { image, host } = report;
  const name = image.reference === undefined ? baseNameOf(image.source) : lastingName(report);
  return JSON.stringify([name, image.platform, baseNameOf(host.source)]);
}

/** Libraries of two reports by name. */
export function pairMounts(
  before: readonly MountReport[],
  after: readonly MountReport[],
): readonly Pair<MountReport>[] {
  return pairBy(before, after, ({ soname }) => soname);
}

/** The second of one name is paired with the second of that name. */
export function pairBy<Item>(
  before: readonly Item[],
  after: readonly Item[],
  nameOf: (item: Item) => string,
): readonly Pair<Item>[] {
  const left = new Map<string, Item[]>();
  for (const item of before) left.set(nameOf(item), [...(left.get(nameOf(item)) ?? []), item]);
  const pairs = after.map((item): Pair<Item> => {
    const [first, ...rest] = left.get(nameOf(item)) ?? [];
    left.set(nameOf(item), rest);
    return first === undefined ? { after: item } : { before: first, after: item };
  });
  return [...pairs, ...[...left.values()].flat().map((item) => ({ before: item }))];
}
