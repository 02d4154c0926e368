/**
 * Tar archives byte by byte, so that a test can write what no sane tool would: every header form, wrong checksums, sizes that lie.
 * Names and values are byte strings (one code unit a byte), as in src/rootfs/path.ts.
 */
export interface HeaderFields {
  readonly name?: string;
  readonly mode?: number;
  /** what the size field says; the length of the data where nothing is given */
  readonly size?: number;
  /** the size field as bytes, for sizes that no number is */
  readonly rawSize?: Uint8Array;
  /** one character, "0" by default */
  readonly type?: string;
  readonly link?: string;
  readonly prefix?: string;
  readonly magic?: "ustar" | "gnu" | "v7" | "star";
  readonly checksum?: "unsigned" | "signed" | "wrong";
  /** writes into the header before its checksum is made */
  readonly patch?: (block: Buffer) => void;
}

export const BLOCK = 512;
const MAGIC = { ustar: "ustar\x0000", gnu: "ustar  \0", v7: "", star: "ustar\x0000" } as const;

/** One header block. */
export function tarHeader(fields: HeaderFields): Buffer {
  const block = Buffer.alloc(BLOCK);
  if ((fields.name ?? "").length > 100 || (fields.link ?? "").length > 100)
    throw new RangeError(`a header has no room for ${fields.name ?? ""} and ${fields.link ?? ""}`);
  block.write(fields.name ?? "", 0, 100, "latin1");
  block.write(octal(fields.mode ?? 0o644, 8), 100, "latin1");
  block.write(octal(0, 8), 108, "latin1");
  block.write(octal(0, 8), 116, "latin1");
  block.write(octal(fields.size ?? 0, 12), 124, "latin1");
  if (fields.rawSize !== undefined) block.fill(0, 124, 136).set(fields.rawSize, 124);
  block.write(octal(0, 12), 136, "latin1");
  block.write(fields.type ?? "0", 156, "latin1");
  block.write(fields.link ?? "", 157, 100, "latin1");
  const magic = fields.magic ?? "ustar";
  block.write(MAGIC[magic], 257, "latin1");
  if (fields.prefix !== undefined) block.write(fields.prefix, 345, 155, "latin1");
  if (magic === "star") block.write("tar\0", 508, "latin1");
  fields.patch?.(block);
  block.write(checksum(block, fields.checksum ?? "unsigned"), 148, "latin1");
  return block;
}

/** A header, its data and the padding behind them. */
export function tarEntry(fields: HeaderFields, data: string | Uint8Array = ""): Buffer {
  const bytes = toBytes(data);
  return Buffer.concat([tarHeader({ size: bytes.length, ...fields }), pad(bytes)]);
}

/** Entries, one after another, and the two zero blocks that end an archive. */
export function tarOf(...entries: readonly Uint8Array[]): Buffer {
  return Buffer.concat([...entries, Buffer.alloc(2 * BLOCK)]);
}

/** Data filled up with zeros to a whole block. */
export function pad(data: string | Uint8Array): Buffer {
  const bytes = toBytes(data);
  return Buffer.concat([bytes, Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK)]);
}

/** A number in GNU's base-256 form. */
export function base256(value: number, length = 12): Buffer {
  const field = Buffer.alloc(length);
  let left = value;
  for (let i = length - 1; i > 0; i -= 1) {
    field[i] = left % 256;
    left = Math.floor(left / 256);
  }
  field[0] = 0x80;
  return field;
}

export function toBytes(data: string | Uint8Array): Uint8Array {
  return typeof data === "string" ? Buffer.from(data, "latin1") : data;
}

function octal(value: number, length: number): string {
  return value.toString(8).padStart(length - 1, "0");
}

function checksum(block: Buffer, kind: "unsigned" | "signed" | "wrong"): string {
  block.fill(" ", 148, 156);
  let sum = kind === "wrong" ? 1 : 0;
  for (const byte of block) sum += kind === "signed" && byte > 127 ? byte - 256 : byte;
  return `${octal(sum, 7)}\0 `;
}
