/**
 * The parts of a file that hold what a program only reads: its texts among them. Found through program headers, like all else, since
 * sections may be stripped.
 */
import { readHeader } from "./header.js";
import { PT_LOAD } from "./segments.js";
import type { ByteSource } from "./source.js";

const PF_X = 1;
const PF_W = 2;

export interface FileRange {
  readonly offset: number;
  readonly length: number;
}

/**
 * Where read-only data is. Linkers give it segments of its own since binutils 2.31; before, it shares one with the code.
 *
 * @throws ContainerspecError malformed-elf where there is no header
 */
export async function findReadOnlyData(source: ByteSource): Promise<readonly FileRange[]> {
  const { programHeaders } = await readHeader(source);
  const fixed = programHeaders.filter(({ type, flags }) => type === PT_LOAD && (flags & PF_W) === 0);
  const data = fixed.filter(({ flags }) => (flags & PF_X) === 0);
  return (data.length > 0 ? data : fixed)
    .map(({ offset, fileSize }) => ({ offset, length: Math.min(fileSize, source.size - offset) }))
    .filter(({ length }) => length > 0);
}
