/** Which images suit a host best, and which hosts an image: by the verdict, then by how much of the CPU is left unused. */
import type { CellAnswer } from "./judge-cell.js";
import { MATCH_VERDICTS } from "./reason.js";

/** Negative where the first suits better. */
function compareCells(a: CellAnswer, b: CellAnswer): number {
  return (
    MATCH_VERDICTS.indexOf(a.verdict) - MATCH_VERDICTS.indexOf(b.verdict) ||
    weighUnused(a) - weighUnused(b) ||
    countCopies(b) - countCopies(a)
  );
}

/** Places from 1 on: what suits equally well shares one. */
export function rankCells<One>(all: readonly One[], cellOf: (one: One) => CellAnswer): readonly (readonly One[])[] {
  const sorted = [...all].sort((a, b) => compareCells(cellOf(a), cellOf(b)));
  const places: One[][] = [];
  for (const one of sorted) {
    const last = places.at(-1);
    if (last?.[0] !== undefined && compareCells(cellOf(last[0]), cellOf(one)) === 0) last.push(one);
    else places.push([one]);
  }
  return places;
}

/** Nobody knows what is left unused on a CPU that is not known: it stands behind those where it is. */
function weighUnused({ optimal }: CellAnswer): number {
  return optimal === null || optimal.is === "unknown" ? 100 : optimal.unused.length;
}

function countCopies({ optimal }: CellAnswer): number {
  return (optimal?.copies ?? []).reduce((sum, { libraries }) => sum + libraries, 0);
}
