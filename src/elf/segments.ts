/**
 * From addresses to file offsets. The dynamic section speaks of addresses in memory; PT_LOAD headers say which part of the file
 * is mapped where, as the loader itself would see it.
 */
import { distance, malformed, offsetInPage, type Address, type ElfReader } from "./reader.js";
import type { ProgramHeader } from "./header.js";

export const PT_LOAD = 1;
export const PT_DYNAMIC = 2;
export const PT_INTERP = 3;
export const PT_NOTE = 4;
export const PT_TLS = 7;
export const PT_GNU_STACK = 0x6474e551;
export const PT_GNU_PROPERTY = 0x6474e553;

/** The smallest page size of the machines that glibc runs on: a file that fits it may still be refused where pages are larger. */
const PAGE = 4096;

/** A range of the file that starts at a mapped address. */
export interface MappedRange {
  readonly offset: number;
  /** bytes from there to the end of what its segment maps from the file */
  readonly available: number;
}

/**
 * Where in the file an address lies.
 *
 * @throws ContainerspecError malformed-elf where no PT_LOAD maps it from the file
 */
export function toFileRange(
  reader: ElfReader,
  headers: readonly ProgramHeader[],
  address: Address,
  field: string,
): MappedRange {
  const range = findFileRange(reader, headers, address);
  if (range === undefined)
    throw malformed(`${field} points to an address that no segment maps`, Number(address), reader.source.size);
  return range;
}

export function findFileRange(
  reader: ElfReader,
  headers: readonly ProgramHeader[],
  address: Address,
): MappedRange | undefined {
  let found: MappedRange | undefined;
  for (const { type, address: start, offset, fileSize } of headers) {
    const inside = distance(start, address);
    if (type !== PT_LOAD || inside < 0 || inside >= fileSize) continue;
    const at = offset + inside;
    const end = Math.min(offset + fileSize, reader.source.size);
    // Segments are mapped in order, each over what was there before.
    found = { offset: at, available: Math.max(0, end - at) };
  }
  return found;
}

/**
 * Whether every PT_LOAD has its bytes in the file. One that has not can be mapped, and the process is killed when it touches what
 * is missing; only the rest of the file's last page reads as zeros.
 *
 * @throws ContainerspecError malformed-elf
 */
export function checkLoadsPresent(reader: ElfReader, headers: readonly ProgramHeader[]): void {
  const { size } = reader.source;
  const mapped = Math.ceil(size / PAGE) * PAGE;
  for (const { type, offset, fileSize } of headers) {
    if (type === PT_LOAD && fileSize > 0 && offset + fileSize > mapped)
      throw malformed("PT_LOAD reaches past the end: the file is cut off", offset, size);
  }
}

/** glibc's check before mapping: each PT_LOAD's address and offset agree modulo the page size (elf/dl-load.c). */
export function areLoadsAligned(headers: readonly ProgramHeader[]): boolean {
  return headers.every(
    ({ type, address, offset }) => type !== PT_LOAD || offsetInPage(address, PAGE) === offset % PAGE,
  );
}
