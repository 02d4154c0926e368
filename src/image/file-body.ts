/**
 * The content of a file as the chunks in which it came, with zeros where a sparse file has holes. Nothing is joined until asked. Of a
 * very large file only parts are kept; who reads elsewhere hears so.
 */
import type { FileBody } from "./inspector.js";
import type { SparseMap } from "./sparse.js";

/** Somebody reads a part of a file that was not kept. */
export class PartNotKept extends Error {}

interface Piece {
  /** position in the file */
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** A body over chunks that follow one another; with a map, the chunks are the file's stored parts. */
export function createFileBody(chunks: readonly Uint8Array[], sparse?: SparseMap): FileBody {
  return createBody(chunks, sparse, "zeros");
}

/** A body of which the map's parts were kept. A read of anything else throws PartNotKept. */
export function createPartialBody(chunks: readonly Uint8Array[], kept: SparseMap): FileBody {
  return createBody(chunks, kept, "not kept");
}

function createBody(
  chunks: readonly Uint8Array[],
  sparse: SparseMap | undefined,
  holes: "zeros" | "not kept",
): FileBody {
  const size = sparse?.size ?? chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const pieces = sparse === undefined ? layOut(chunks, [{ offset: 0, length: size }]) : layOut(chunks, sparse.parts);
  return {
    size,
    isLasting: true,
    read(offset, length) {
      const first = findPiece(pieces, offset);
      const piece = pieces[first];
      if (piece !== undefined && piece.offset <= offset && offset + length <= piece.offset + piece.bytes.length) {
        return piece.bytes.subarray(offset - piece.offset, offset - piece.offset + length);
      }
      const joined = new Uint8Array(length);
      let found = 0;
      for (let i = first; i < pieces.length; i += 1) {
        const { offset: start, bytes } = pieces[i] as Piece;
        if (start >= offset + length) break;
        const from = Math.max(offset, start);
        const to = Math.min(offset + length, start + bytes.length);
        if (from >= to) continue;
        joined.set(bytes.subarray(from - start, to - start), from - offset);
        found += to - from;
      }
      if (holes === "not kept" && found < length) throw new PartNotKept(`${length} bytes at ${offset}`);
      return joined;
    },
  };
}

function layOut(chunks: readonly Uint8Array[], parts: SparseMap["parts"]): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  let chunk = chunks[0] ?? new Uint8Array(0);
  for (const part of parts) {
    for (let done = 0; done < part.length;) {
      while (chunk.length === 0) {
        at += 1;
        const next = chunks[at];
        if (next === undefined) return pieces;
        chunk = next;
      }
      const bytes = chunk.subarray(0, Math.min(chunk.length, part.length - done));
      pieces.push({ offset: part.offset + done, bytes });
      chunk = chunk.subarray(bytes.length);
      done += bytes.length;
    }
  }
  return pieces;
}

/** The last piece that starts at or before an offset, by bisection; 0 where there is none. */
function findPiece(pieces: readonly Piece[], offset: number): number {
  let low = 0;
  let high = pieces.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((pieces[middle] as Piece).offset <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
