/**
 * The ELF header and the program headers, read by elfinfo behind a guard. elfinfo also walks section headers, where 192 hostile
 * bytes make it loop for ever; what it is served therefore is the header without them, program headers of bounded size, and
 * nothing else. It takes a wrong magic for a warning, so that is checked first.
 *
 * gABI chapters 4 (ELF Header) and 5 (Program Header).
 */
import { open, type Reader } from "elfinfo";
import { malformed, toAddress, type Address } from "./reader.js";
import type { ByteSource } from "./source.js";

const MAGIC = [0x7f, 0x45, 0x4c, 0x46];
const START = 2048;
const MAX_HEADER_READ = 64 * 1024;
const ELFCLASS32 = 1;
const ELFCLASS64 = 2;
const ELFDATA2LSB = 1;
const ELFDATA2MSB = 2;

export interface ProgramHeader {
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly address: Address;
  readonly fileSize: number;
  readonly memorySize: number;
  readonly alignment: number;
}

export interface ElfHeader {
  readonly class: 32 | 64;
  readonly data: "little" | "big";
  readonly machine: number;
  readonly type: number;
  readonly flags: number;
  readonly osAbi: number;
  readonly abiVersion: number;
  readonly versionOk: boolean;
  readonly paddingOk: boolean;
  readonly programHeaderSizeOk: boolean;
  readonly programHeaders: readonly ProgramHeader[];
}

/** Whether a file starts with the ELF magic. */
export function isElf(head: Uint8Array): boolean {
  return MAGIC.every((byte, at) => head[at] === byte);
}

/**
 * Header and program headers of an ELF file.
 *
 * @throws ContainerspecError malformed-elf
 */
export async function readHeader(source: ByteSource): Promise<ElfHeader> {
  // A copy: `slice` of a Buffer would be none.
  const head = new Uint8Array(source.read(0, Math.min(64, source.size)));
  if (!isElf(head)) throw malformed("e_ident has no ELF magic", 0, source.size);
  if (source.size <= 64) throw malformed("e_ehsize is more than the file holds", 0, source.size);
  if (head[4] !== ELFCLASS32 && head[4] !== ELFCLASS64) throw malformed(`EI_CLASS is ${head[4]}`, 4, source.size);
  if (head[5] !== ELFDATA2LSB && head[5] !== ELFDATA2MSB) throw malformed(`EI_DATA is ${head[5]}`, 5, source.size);
  const isWide = head[4] === ELFCLASS64;
  const countAt = isWide ? 0x38 : 0x2c;
  if (head[countAt] === 0xff && head[countAt + 1] === 0xff) throw malformed("e_phnum is PN_XNUM", countAt, source.size);
  const { elf, errors } = await open(createGuard(source, toGuarded(head)));
  if (elf === undefined) {
    // The rest of the header may say anything: what elfinfo still objects to is where the program headers are.
    const why = errors.map((error) => error.replace(/^Exception caught: Error: /, "")).join("; ");
    throw malformed(`e_phoff, e_phnum or e_phentsize is wrong: ${why}`, isWide ? 0x20 : 0x1c, source.size);
  }
  const expectedSize = elf.bits === 64 ? 56 : 32;
  return {
    class: elf.bits === 64 ? 64 : 32,
    data: elf.data === 1 ? "little" : "big",
    machine: elf.isa,
    type: elf.type,
    flags: elf.flags,
    osAbi: elf.abi,
    abiVersion: elf.abiVersion,
    versionOk: elf.version === 1 && elf.isaVersion === 1,
    paddingOk: head.subarray(9, 16).every((byte) => byte === 0),
    programHeaderSizeOk: elf.numProgramHeaderEntries === 0 || elf.programHeaderEntrySize === expectedSize,
    programHeaders: elf.segments.map((segment) => ({
      type: segment.type,
      flags: segment.flags,
      offset: segment.offset,
      address: toAddress(segment.vaddr),
      fileSize: segment.filesz,
      memorySize: segment.memsz,
      alignment: segment.align,
    })),
  };
}

/**
 * The header as elfinfo may see it. e_shoff, e_shentsize, e_shnum and e_shstrndx are zeroed: there are no sections to walk.
 * e_ehsize, which no loader reads and elfinfo insists on, is what the class says.
 */
function toGuarded(head: Uint8Array): Uint8Array {
  const guarded = new Uint8Array(head);
  const wide = guarded[4] === ELFCLASS64;
  const bigEndian = guarded[5] === ELFDATA2MSB;
  const headerSize = wide ? 64 : 52;
  guarded.fill(0, wide ? 0x28 : 0x20, wide ? 0x30 : 0x24);
  guarded.fill(0, wide ? 0x3a : 0x2e, wide ? 0x40 : 0x34);
  guarded.set(bigEndian ? [0, headerSize] : [headerSize, 0], wide ? 0x34 : 0x28);
  return guarded;
}

/**
 * elfinfo's Reader over a source: the guarded header first, then what lies behind it, in reads of bounded size. It asks for one
 * program header at a time, and nearly always they follow the header: the start of the file is read once.
 */
function createGuard(source: ByteSource, head: Uint8Array): Reader {
  let position = 0;
  const start = overlayHead(source, head, 0, Math.min(START, source.size));
  const read = (length: number, at = position): Promise<Uint8Array> => {
    if (length > MAX_HEADER_READ || at + length > source.size) {
      return Promise.reject(new Error(`program headers at 0x${at.toString(16)} are past the end of the file`));
    }
    position = at + length;
    const isAtStart = at + length <= start.length;
    return Promise.resolve(isAtStart ? start.slice(at, at + length) : overlayHead(source, head, at, length));
  };
  return {
    open: () => Promise.resolve(),
    close: () => Promise.resolve(),
    size: () => source.size,
    read,
    view: async (length, at) => {
      const bytes = await read(length, at);
      return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    },
  };
}

function overlayHead(source: ByteSource, head: Uint8Array, at: number, length: number): Uint8Array {
  const bytes = new Uint8Array(source.read(at, length));
  if (at < head.length) bytes.set(head.subarray(at, Math.min(head.length, at + length)));
  return bytes;
}
