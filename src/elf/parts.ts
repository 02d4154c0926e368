/**
 * Which parts of a large ELF file a loader's tables lie in, told by its program headers alone: the dynamic section, which names the
 * tables, often comes last. Link editors put the tables before code and data in the first segment, patchelf in a segment of their own
 * at the end; what follows them may be a gigabyte of code for a GPU. This is a guess about where tables are, and nobody relies on it:
 * who reads elsewhere reads the file again.
 */
import { findSectionTable } from "./section-table.js";
import { readHeader, type ProgramHeader } from "./header.js";
import { isMalformed } from "./reader.js";
import { PT_DYNAMIC, PT_INTERP, PT_LOAD, PT_NOTE } from "./segments.js";
import type { ByteSource } from "./source.js";

const PF_X = 1;
/** Symbols, names and relocations of the largest libraries have half as many bytes. */
const TABLES = 64 << 20;

export interface Part {
  readonly offset: number;
  readonly length: number;
}

/**
 * The parts of a file to keep, in order and apart; undefined where the start does not tell.
 *
 * @param start bytes from the beginning of the file
 * @param size bytes of the whole file
 * @param tables how much of each segment is kept, in bytes
 */
export async function findTableParts(
  start: Uint8Array,
  size: number,
  tables = TABLES,
): Promise<readonly Part[] | undefined> {
  const headers = await readHeaders(start, size);
  if (headers === undefined) return undefined;
  const wanted = headers.flatMap((header) => toPart(header, size, tables));
  return join([{ offset: 0, length: Math.min(tables, size) }, ...wanted]);
}

/**
 * The same with code, for whoever looks at that as well: of each segment as much, and the section headers, which tell where in a segment
 * the instructions are, and stand at the end of most files.
 */
export async function findLoadedParts(
  start: Uint8Array,
  size: number,
  most = TABLES,
): Promise<readonly Part[] | undefined> {
  const headers = await readHeaders(start, size);
  if (headers === undefined) return undefined;
  const wanted = headers.flatMap((header) => toPart(header, size, most, true));
  const table = findSectionTable(start);
  const isInside = table !== undefined && table.offset + table.length <= size;
  return join([{ offset: 0, length: Math.min(most, size) }, ...wanted, ...(isInside ? [table] : [])]);
}

function toPart(
  { type, flags, offset, fileSize }: ProgramHeader,
  size: number,
  tables: number,
  withCode = false,
): readonly Part[] {
  const isTable = type === PT_DYNAMIC || type === PT_INTERP || type === PT_NOTE;
  const isData = type === PT_LOAD && (withCode || (flags & PF_X) === 0);
  if ((!isTable && !isData) || fileSize === 0 || offset >= size) return [];
  return [{ offset, length: Math.min(fileSize, tables, size - offset) }];
}

function join(parts: readonly Part[]): readonly Part[] {
  const joined: { offset: number; length: number }[] = [];
  for (const { offset, length } of [...parts].sort((a, b) => a.offset - b.offset)) {
    const last = joined.at(-1);
    if (last !== undefined && offset <= last.offset + last.length)
      last.length = Math.max(last.length, offset + length - last.offset);
    else joined.push({ offset, length });
  }
  return joined;
}

async function readHeaders(start: Uint8Array, size: number): Promise<readonly ProgramHeader[] | undefined> {
  const source: ByteSource = {
    size,
    read(offset, length) {
      if (offset + length > start.length) throw new NotAtStart();
      return start.subarray(offset, offset + length);
    },
  };
  try {
    return (await readHeader(source)).programHeaders;
  } catch (error) {
    if (error instanceof NotAtStart || isMalformed(error)) return undefined;
    throw error;
  }
}

/** Program headers lie elsewhere. */
class NotAtStart extends Error {}
