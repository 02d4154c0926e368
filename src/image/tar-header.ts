/**
 * One 512-byte tar header: v7, ustar and GNU forms. Numbers are octal text or GNU's base-256; the checksum may have been summed
 * over signed bytes. POSIX.1-2017 pax(1), "ustar Interchange Format"; GNU tar's manual, "Basic Tar Format".
 */
import { ContainerspecError } from "../errors.js";

export const BLOCK = 512;
const ZEROS = Buffer.alloc(1 << 16);
const TAR_ERROR = "Cannot read tar: ";

export interface TarHeader {
  /** the name as stored, with ustar's prefix in front; a byte string */
  readonly name: string;
  readonly mode: number;
  /** bytes of data that follow, for types that have data */
  readonly size: number;
  /** one character; "\0" and "0" are both a regular file */
  readonly type: string;
  readonly link: string;
  /** numbers of user and group; undefined where the field is no number */
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  /** "1:3" of a device; undefined for other types, and where the fields are no numbers */
  readonly numbers: string | undefined;
  /** a character device of the numbers 0 and 0, which no driver has */
  readonly isNullDevice: boolean;
  readonly isGnu: boolean;
}

function hasNullNumbers(block: Uint8Array, at: number): boolean {
  const [major, minor] = [
    parseNumber(block, 329, 8, "device number", at),
    parseNumber(block, 337, 8, "device number", at),
  ];
  return (major ?? 0) === 0 && (minor ?? 0) === 0;
}

/** Whether a block holds only zeros: two of them end an archive. */
export function isZeroBlock(block: Uint8Array): boolean {
  // Gigabytes of padding are compared at the speed of memory, not byte by byte.
  for (let at = 0; at < block.length; at += ZEROS.length) {
    const part = block.subarray(at, at + ZEROS.length);
    if (part[0] !== 0 || !ZEROS.subarray(0, part.length).equals(part)) return false;
  }
  return true;
}

/** Whether a block's checksum is right: what tells a tar from anything else. */
export function hasValidChecksum(block: Uint8Array): boolean {
  if (block.length < BLOCK) return false;
  const stored = parseOctal(block, 148, 8);
  let unsigned = 0;
  let signed = 0;
  for (let i = 0; i < BLOCK; i += 1) {
    const byte = i >= 148 && i < 156 ? 0x20 : (block[i] as number);
    unsigned += byte;
    signed += byte > 127 ? byte - 256 : byte;
  }
  return stored !== undefined && (stored === unsigned || stored === signed);
}

/**
 * The fields of a header block.
 *
 * @param at the block's position, for the error
 * @throws ContainerspecError corrupt-image
 */
export function parseTarHeader(block: Uint8Array, at: number): TarHeader {
  if (!hasValidChecksum(block)) {
    throw corruptTar("found a block whose checksum is not that of a tar header, where a header was expected", at);
  }
  const magic = textAt(block, 257, 8);
  // Schily's star keeps times where ustar's prefix ends, and says so in the last bytes.
  const isStar = textAt(block, 508, 4) === "tar";
  const prefix = magic === "ustar" ? textAt(block, 345, isStar ? 131 : 155) : "";
  const name = textAt(block, 0, 100);
  const type = String.fromCharCode(block[156] as number);
  return {
    name: prefix === "" ? name : `${prefix}/${name}`,
    mode: (parseNumber(block, 100, 8, "mode", at) ?? 0) & 0o7777,
    size: parseNumber(block, 124, 12, "size", at) ?? 0,
    type,
    link: textAt(block, 157, 100),
    uid: findNumber(block, 108, 8),
    gid: findNumber(block, 116, 8),
    numbers: type === "3" || type === "4" ? findDeviceNumbers(block) : undefined,
    isNullDevice: type === "3" && magic !== "" && hasNullNumbers(block, at),
    isGnu: magic.startsWith("ustar  "),
  };
}

/**
 * A number of a header: octal text, or base-256 where the first bit is set.
 *
 * @returns undefined for an empty field
 * @throws ContainerspecError corrupt-image for a negative number, one that no size can be, and what readers take for two numbers
 */
export function parseNumber(
  block: Uint8Array,
  offset: number,
  length: number,
  field: string,
  at: number,
): number | undefined {
  const first = block[offset] as number;
  if ((first & 0x80) === 0) {
    const value = parseOctalField(block, offset, length);
    if (Number.isNaN(value)) throw corruptTar(`found a ${field} that is no octal number`, at);
    return value;
  }
  if (first === 0xff) throw corruptTar(`found a negative ${field}`, at);
  let value = first & 0x7f;
  for (let i = 1; i < length; i += 1) value = value * 256 + (block[offset + i] as number);
  if (!Number.isSafeInteger(value)) throw corruptTar(`found a ${field} that no file can have`, at);
  return value;
}

/** A number that nothing depends on but what is said of the entry: undefined for one that `parseNumber` refuses; 0 for none. */
function findNumber(block: Uint8Array, offset: number, length: number): number | undefined {
  try {
    return parseNumber(block, offset, length, "number", 0) ?? 0;
  } catch {
    return undefined;
  }
}

function findDeviceNumbers(block: Uint8Array): string | undefined {
  const [major, minor] = [findNumber(block, 329, 8), findNumber(block, 337, 8)];
  return major === undefined || minor === undefined ? undefined : `${major}:${minor}`;
}

export function corruptTar(what: string, offset: number): ContainerspecError {
  return new ContainerspecError("corrupt-image", `${TAR_ERROR}${what} (offset ${offset})`, { offset });
}

/** An archive that ends too early: most were not copied in full. */
export function truncatedTar(where: string, offset: number): ContainerspecError {
  return corruptTar(`the archive ends ${where}; it is cut short: copy or save it again`, offset);
}

export function exceedsLimit(what: string, offset: number): ContainerspecError {
  return new ContainerspecError("limit-exceeded", `${TAR_ERROR}${what} (offset ${offset})`, { offset });
}

/** An error of reading a tar, told of the thing that the tar is; any other error as it is. */
export function nameTar(error: unknown, what: string): unknown {
  if (!(error instanceof ContainerspecError) || !error.message.startsWith(TAR_ERROR)) return error;
  const message = `Cannot read ${what}: ${error.message.slice(TAR_ERROR.length)}`;
  return new ContainerspecError(error.code, message, error.where, { cause: error });
}

/**
 * Octal digits up to a NUL or the field's end, spaces around them; undefined for an empty field, NaN for anything else. Digits
 * behind a leading NUL are a number for Go and none for the others.
 */
function parseOctalField(block: Uint8Array, offset: number, length: number): number | undefined {
  const text = Buffer.from(block.buffer, block.byteOffset + offset, length).toString("latin1");
  const [, digits, rest] = /^ *([0-7]*) *(?:\0([^]*))?$/.exec(text) ?? [];
  if (digits === undefined || (digits === "" && /[^ \0]/.test(rest ?? ""))) return Number.NaN;
  return digits === "" ? undefined : Number.parseInt(digits, 8);
}

/** The octal digits of a checksum, between spaces and NULs; undefined for anything else. */
function parseOctal(block: Uint8Array, offset: number, length: number): number | undefined {
  const text = Buffer.from(block.buffer, block.byteOffset + offset, length).toString("latin1");
  const digits = /^[ \0]*([0-7]+)[ \0]*/.exec(text)?.[1];
  return digits === undefined ? undefined : Number.parseInt(digits, 8);
}

/** A field up to its first NUL, as a byte string. */
function textAt(block: Uint8Array, offset: number, length: number): string {
  const text = Buffer.from(block.buffer, block.byteOffset + offset, length).toString("latin1");
  const end = text.indexOf("\0");
  return end === -1 ? text : text.slice(0, end);
}
