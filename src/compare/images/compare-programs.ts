/** Programs that came, went or changed, by their paths: whoever calls one does so by its path. */
import { toDisplayPath } from "../../rootfs/path.js";
import { compareNames } from "./compare-abi.js";
import { compareByKey } from "./compare-by-key.js";
import type { ProgramDiff, ProgramsDiff } from "./image-diff-schema.js";
import type { BothSides, ImageSide, SideProgram } from "./image-side.js";

export function comparePrograms({ before, after }: BothSides<ImageSide>): ProgramsDiff {
  const { added, removed, pairs } = compareByKey(before.programs, after.programs, ({ path }) => path);
  const toRow = ({ path }: SideProgram): { path: string } => ({ path: toDisplayPath(path) });
  return {
    added: added.map(toRow),
    removed: removed.map(toRow),
    changed: pairs.flatMap((pair) => comparePair(pair) ?? []),
  };
}

function comparePair({ before, after }: BothSides<SideProgram>): ProgramDiff | undefined {
  if (before.node.digest !== undefined && before.node.digest === after.node.digest) return undefined;
  const interpreter = { before: toText(before.elf.interp), after: toText(after.elf.interp) };
  const isOther = interpreter.before !== interpreter.after;
  return {
    path: toDisplayPath(after.path),
    // Another loader is another C library, or another place for it, to whoever mounts it.
    effect: isOther ? "may-break" : "cosmetic",
    ...(isOther ? { interpreter } : {}),
    needed: compareNames(before.elf.needed, after.elf.needed),
  };
}

function toText(interp: string | undefined): string | null {
  return interp === undefined ? null : toDisplayPath(interp);
}
