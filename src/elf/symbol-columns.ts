/**
 * The columns of a symbol table, in one piece of memory for each file: the widest first, so that each is aligned. A cache keeps the
 * piece as it is.
 */
import type { DynamicSymbols } from "./object.js";

/** The columns of numbers: all but the names' bytes. */
export type SymbolColumns = Omit<DynamicSymbols, "names"> & {
  readonly names: Omit<DynamicSymbols["names"], "bytes">;
};

/** Bytes of all columns of one symbol; the names' starts have one value more. */
const WIDTH = 8 + 8 + 4 + 4 + 2 + 2 + 1 + 1 + 1 + 1;

/** Bytes of the columns of as many symbols. */
function measureColumns(count: number): number {
  return WIDTH * count + Uint32Array.BYTES_PER_ELEMENT;
}

/** The columns of as many symbols in a buffer, from `offset` on, which is a multiple of eight. */
export function viewColumns(count: number, buffer: ArrayBuffer, offset = 0): SymbolColumns {
  let at = offset;
  const next = <Column>(
    kind: { new (buffer: ArrayBuffer, at: number, length: number): Column; readonly BYTES_PER_ELEMENT: number },
    length = count,
  ): Column => {
    const column = new kind(buffer, at, length);
    at += length * kind.BYTES_PER_ELEMENT;
    return column;
  };
  return {
    count,
    value: next(Float64Array),
    size: next(Float64Array),
    names: { starts: next(Uint32Array, count + 1), hashes: next(Int32Array) },
    section: next(Uint16Array),
    version: next(Uint16Array),
    binding: next(Uint8Array),
    type: next(Uint8Array),
    visibility: next(Uint8Array),
    uses: next(Uint8Array),
  };
}

/** Columns of zeros. */
export function createColumns(count: number): SymbolColumns {
  return viewColumns(count, new ArrayBuffer(measureColumns(count)));
}

/** The piece of memory in which the columns lie. */
export function bytesOfColumns({ count, value }: SymbolColumns | DynamicSymbols): Uint8Array {
  return new Uint8Array(value.buffer, value.byteOffset, measureColumns(count));
}
