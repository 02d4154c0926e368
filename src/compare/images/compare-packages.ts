/** Packages that came, went or changed their version: those of one machine first, and then what has changed its machine. */
import { compareByKey } from "./compare-by-key.js";
import type { PackagesDiff } from "./image-diff-schema.js";
import type { BothSides, ImageSide, SidePackage } from "./image-side.js";

export function comparePackages({ before, after }: BothSides<ImageSide>): PackagesDiff {
  const exact = compareByKey(before.packages, after.packages, ({ manager, name, architecture }) =>
    JSON.stringify([manager, name, architecture]),
  );
  const rest = compareByKey(exact.removed, exact.added, ({ manager, name }) => JSON.stringify([manager, name]));
  const changed = [...exact.pairs, ...rest.pairs].flatMap((pair) => {
    const { version, ...row } = toRow(pair.after);
    return pair.before.version === version ? [] : [{ ...row, before: pair.before.version, after: version }];
  });
  return {
    added: rest.added.map(toRow),
    removed: rest.removed.map(toRow),
    changed: changed.sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

function toRow({ manager, name, version, architecture }: SidePackage): PackagesDiff["added"][number] {
  return { manager, name, ...(architecture === undefined ? {} : { architecture }), version };
}
