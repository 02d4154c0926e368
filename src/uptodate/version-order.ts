/**
 * The order of versions, of any form that tags have: numbers are compared as numbers (3.9 comes before 3.12, and 22.04 before 22.04.1), a
 * candidate comes before its release and a variant behind it (3.12-rc1, 3.12, 3.12-slim), code names of Debian and Ubuntu in the order
 * in which they were released.
 */
import { findCodeName } from "../dockerfile/code-names.js";

/** A piece of a version. What differs in kind is ordered by `rank`, the smaller first. */
interface Piece {
  readonly rank: number;
  readonly group: string;
  readonly order: number;
}

const CANDIDATE: ReadonlySet<string> = new Set(["dev", "alpha", "a", "beta", "b", "pre", "preview", "rc"]);
const [BEFORE_END, END, WORD, NUMBER] = [0, 1, 2, 3];
const NOTHING: Piece = { rank: END, group: "", order: 0 };

/** Negative where `a` is the older one; zero for the same text alone. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [toPieces(a), toPieces(b)];
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const order = comparePieces(left[index] ?? NOTHING, right[index] ?? NOTHING);
    if (order !== 0) return order;
  }
  return compareTexts(a, b);
}

function comparePieces(a: Piece, b: Piece): number {
  return a.rank - b.rank || compareTexts(a.group, b.group) || a.order - b.order;
}

function compareTexts(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function toPieces(version: string): readonly Piece[] {
  // The v of v1.2 says nothing.
  const text = version.replace(/^v(?=\d)/i, "");
  return (text.match(/\d+|[A-Za-z]+/g) ?? []).map((piece): Piece => {
    if (/^\d/.test(piece)) return { rank: NUMBER, group: "", order: Number(piece) };
    const word = piece.toLowerCase();
    const name = findCodeName(word);
    if (name !== undefined) return { rank: WORD, group: name.distribution.slice(0, 6), order: name.order };
    return { rank: CANDIDATE.has(word) ? BEFORE_END : WORD, group: word, order: 0 };
  });
}
