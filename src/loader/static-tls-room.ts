/**
 * How much static thread-local storage is left when a process has started, as far as that can be known. The loader keeps a surplus
 * (1664 bytes where no tunable says otherwise) and rounds the whole area up, so that a few bytes more are left: how many depends on what the C library took.
 * Mirrors _dl_determine_tlsoffset and TLS_STATIC_SURPLUS of elf/dl-tls.c, and _dl_try_allocate_static_tls of elf/dl-reloc.c.
 *
 * On x86-64 the answer is exact for 2.31 to 2.41: 1712 bytes with Debian's libc of 2.31 and 2.36, 1664 with that of 2.41. Since 2.42
 * the kernel has a say in it (the rseq area), and other machines lay out the area in another way: there it is a range.
 */
import { EM_X86_64 } from "../elf/machine-numbers.js";
import { isAtLeast, isOlderThan, type LoaderIdentity } from "./identity.js";
import type { LoadedObject } from "./scope.js";
import { DEFAULT_TUNABLES, toTlsSurplus, type Tunables } from "./tunables.js";

/** The area ends at a multiple of the thread descriptor's alignment: 64 on x86-64, and nowhere more. */
const GRANULE = 64;
/** The least that a port aligns thread descriptors to. */
const LEAST_ALIGNMENT = 16;
/** What is left, if all is as bad or as good as it can be. */
export interface TlsRoom {
  readonly bytes: number;
  /** no block may ask for a larger alignment */
  readonly alignment: number;
  /** what blocks that can do without may take of it */
  readonly optional: number;
  /** how much of `bytes` is left when a block is taken out; undefined where it does not fit */
  readonly take: (bytes: number, block: TlsBlock) => number | undefined;
}

export interface TlsBlock {
  readonly size: number;
  readonly alignment: number;
}

/**
 * @param startup the objects that the process started with
 * @param tunables what the environment says of it, which loaders before 2.32 do not read
 */
export function findTlsRoom(
  { abi, version }: LoaderIdentity,
  startup: readonly LoadedObject[],
  tunables: Tunables,
): { readonly least: TlsRoom; readonly most: TlsRoom } {
  const blocks = startup.flatMap(({ elf }) => (elf.tls === undefined ? [] : [elf.tls]));
  const isX86 = abi.machine === EM_X86_64 && abi.class === 64;
  const isTunable = isAtLeast(version, 2, 32);
  const surplus = toTlsSurplus(isTunable ? tunables : DEFAULT_TUNABLES);
  const granule = Math.max(GRANULE, ...blocks.map(({ alignment }) => alignment));
  const range = { least: surplus, most: surplus + granule - 1 };
  const isExact = isX86 && isAtLeast(version, 2, 31) && isOlderThan(version, 2, 42) && blocks.length <= 1;
  const { least, most } = isExact ? toExact(blocks[0], surplus, granule) : range;
  // What TLS descriptors may take of the surplus.
  const optional = isTunable ? tunables.optional : Infinity;
  return {
    least: {
      bytes: least,
      alignment: isX86 ? granule : Math.max(LEAST_ALIGNMENT, ...blocks.map(({ alignment }) => alignment)),
      optional,
      take: isX86 ? takeBelow : takeAtWorst,
    },
    most: { bytes: most, alignment: granule, optional: 0, take: isX86 ? takeBelow : takeAtBest },
  };
}

function toExact(block: TlsBlock | undefined, surplus: number, granule: number): { least: number; most: number } {
  const used = block === undefined ? 0 : roundUp(block.size, Math.max(1, block.alignment));
  const left = roundUp(used + surplus, granule) - used;
  return { least: left, most: left };
}

/** Blocks lie below the thread pointer: what is left ends at a multiple of the block's alignment. */
function takeBelow(bytes: number, { size, alignment }: TlsBlock): number | undefined {
  if (size > bytes) return undefined;
  const align = Math.max(1, alignment);
  return Math.floor((bytes - size) / align) * align;
}

function takeAtWorst(bytes: number, { size, alignment }: TlsBlock): number | undefined {
  const taken = size + Math.max(1, alignment) - 1;
  return taken > bytes ? undefined : bytes - taken;
}

function takeAtBest(bytes: number, { size }: TlsBlock): number | undefined {
  return size > bytes ? undefined : bytes - size;
}

function roundUp(value: number, to: number): number {
  return Math.ceil(value / to) * to;
}
