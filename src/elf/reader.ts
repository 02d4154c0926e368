/**
 * The one place that knows about class and endianness. Everything above it asks for fields by their gABI size: a Half is two
 * bytes, a Word four, and an address or size is four or eight, as the file's class has it.
 *
 * Nothing is believed further than the file reaches: a range that leaves it is a typed error that names the field.
 */
import { ContainerspecError } from "../errors.js";
import type { ByteSource } from "./source.js";

const TWO_TO_32 = 2 ** 32;
/** of the machine that this program runs on */
const IS_LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/**
 * An address in memory, exactly: IA-64 puts segments at 2^61 and above, where a double no longer knows one byte from the next.
 * Nobody calculates with it but the functions here.
 */
export type Address = bigint;

export function toAddress(value: bigint | number): Address {
  return BigInt(value);
}

/** Bytes from one address to another: exact where they are in one segment. */
export function distance(from: Address, to: Address): number {
  return Number(to - from);
}

/** The address modulo a page size. */
export function offsetInPage(address: Address, page: number): number {
  return Number(address % BigInt(page));
}

/** A file and how its numbers are laid out. */
export interface ElfReader {
  readonly source: ByteSource;
  readonly class: 32 | 64;
  readonly littleEndian: boolean;
  /** bytes of an address, offset or size */
  readonly wordSize: 4 | 8;
}

export function createElfReader(source: ByteSource, elfClass: 32 | 64, data: "little" | "big"): ElfReader {
  return { source, class: elfClass, littleEndian: data === "little", wordSize: elfClass === 64 ? 8 : 4 };
}

/** A range of the file, with fields read by position inside it. */
export class ElfTable {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  readonly #littleEndian: boolean;
  readonly #wide: boolean;

  constructor(reader: ElfReader, bytes: Uint8Array) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#littleEndian = reader.littleEndian;
    this.#wide = reader.wordSize === 8;
  }

  /** Elf_Half */
  half(at: number): number {
    return this.#view.getUint16(at, this.#littleEndian);
  }

  /** Elf_Word */
  word(at: number): number {
    return this.#view.getUint32(at, this.#littleEndian);
  }

  /** Elf64_Xword as a double: exact below 2^53, and no offset in a file is larger. */
  xword(at: number): number {
    const [low, high] = this.#littleEndian ? [at, at + 4] : [at + 4, at];
    return this.word(high) * TWO_TO_32 + this.word(low);
  }

  /** Elf_Off, or a size: as wide as the class says. */
  size(at: number): number {
    return this.#wide ? this.xword(at) : this.word(at);
  }

  /** The whole of it as Elf_Word, for tables of which every entry is looked at: valid as long as `bytes`. */
  words(): Uint32Array {
    const { buffer, byteOffset, length } = this.#inOwnOrder(4);
    return new Uint32Array(buffer, byteOffset, length >> 2);
  }

  /** The whole of it as Elf_Half. */
  halves(): Uint16Array {
    const { buffer, byteOffset, length } = this.#inOwnOrder(2);
    return new Uint16Array(buffer, byteOffset, length >> 1);
  }

  /** The bytes as numbers of a width lie in this machine's memory; the table's own where that is how they lie. */
  #inOwnOrder(width: 2 | 4): Uint8Array {
    const isOwn = this.#littleEndian === IS_LITTLE_ENDIAN;
    if (isOwn && this.bytes.byteOffset % width === 0) return this.bytes;
    // Not slice(), which gives a view where the bytes are a Buffer.
    const copy = new Uint8Array(this.bytes.subarray(0, this.bytes.length - (this.bytes.length % width)));
    if (isOwn) return copy;
    const buffer = Buffer.from(copy.buffer);
    return width === 2 ? buffer.swap16() : buffer.swap32();
  }

  /** Elf_Addr */
  address(at: number): Address {
    return this.#wide ? this.#view.getBigUint64(at, this.#littleEndian) : BigInt(this.word(at));
  }
}

/** The Elf64_Xword that begins at `at` of a table's words. */
export function toXword({ littleEndian }: ElfReader, words: Uint32Array, at: number): number {
  const low = words[littleEndian ? at : at + 1] as number;
  const high = words[littleEndian ? at + 1 : at] as number;
  return high * TWO_TO_32 + low;
}

/**
 * A range of the file as a table.
 *
 * @param field the name of the field that gave the range, for the error
 * @throws ContainerspecError malformed-elf where the range leaves the file
 */
export function readTable(reader: ElfReader, offset: number, length: number, field: string): ElfTable {
  const { size } = reader.source;
  if (!(offset >= 0 && length >= 0 && offset + length <= size)) {
    throw malformed(`${field} points past the end`, offset, size);
  }
  return new ElfTable(reader, reader.source.read(offset, length));
}

/** The bytes of a range, which other reads leave as they are. @throws ContainerspecError as readTable */
export function readLasting(reader: ElfReader, offset: number, length: number, field: string): Uint8Array {
  const { bytes } = readTable(reader, offset, length, field);
  // Not slice(), which gives a view where the bytes are a Buffer.
  return reader.source.isLasting === true ? bytes : new Uint8Array(bytes);
}

/** A table that carries no size of its own: read as far as it proves to reach, and never past its segment. */
export interface GrowingTable {
  readonly offset: number;
  /**
   * The table with at least the bytes up to `end`.
   *
   * @throws ContainerspecError malformed-elf where that leaves the segment
   */
  upTo(end: number, field: string): ElfTable;
}

const FIRST_READ = 16 * 1024;

export function createGrowingTable(reader: ElfReader, offset: number, available: number): GrowingTable {
  let loaded = 0;
  let table: ElfTable | undefined;
  return {
    offset,
    upTo(end, field) {
      if (end > available) throw malformed(`${field} points past the end`, offset + end, reader.source.size);
      if (table === undefined || end > loaded) {
        loaded = Math.min(available, Math.max(end, 2 * loaded, FIRST_READ));
        table = new ElfTable(reader, new Uint8Array(reader.source.read(offset, loaded)));
      }
      return table;
    },
  };
}

/** Whether an error says that a file contradicts itself. */
export function isMalformed(error: unknown): error is ContainerspecError {
  return error instanceof ContainerspecError && error.code === "malformed-elf";
}

/** "Cannot read ELF: vd_aux points past the end (offset 0x1f40, file 8012 bytes)" */
export function malformed(what: string, offset: number, fileSize: number): ContainerspecError {
  const place = Number.isSafeInteger(offset) ? `0x${offset.toString(16)}` : String(offset);
  return new ContainerspecError("malformed-elf", `Cannot read ELF: ${what} (offset ${place}, file ${fileSize} bytes)`, {
    offset,
  });
}
