/**
 * One entry as a file: a line of magic, the key, a checksum, and the compressed bytes. Whatever is not exactly what was written (cut
 * short, damaged, put there by another program, or kept under another key) is no entry.
 */
import { createHash } from "node:crypto";
import { constants, gunzip, gzip } from "node:zlib";

const MAGIC = Buffer.from("containerspec layer cache 1\n", "latin1");
const CHECKSUM = 32;
const NUMBER = 4;
/** No entry inflates to more: a layer whose facts take so much memory is refused before. */
const MAX_BYTES = 2 ** 31 - 1;

/** Undefined where there is too much to keep. */
export async function toEntry(key: string, bytes: Uint8Array): Promise<Buffer | undefined> {
  if (bytes.length > MAX_BYTES) return undefined;
  const name = Buffer.from(key);
  const packed = await deflate(bytes);
  const length = Buffer.alloc(NUMBER);
  length.writeUInt32LE(name.length);
  return Buffer.concat([MAGIC, length, name, checksum(name, packed), packed]);
}

/** The bytes that were put under this key; undefined for anything else. */
export async function parseEntry(key: string, file: Buffer): Promise<Uint8Array | undefined> {
  const name = Buffer.from(key);
  const nameAt = MAGIC.length + NUMBER;
  const sumAt = nameAt + name.length;
  const start = sumAt + CHECKSUM;
  if (file.length < start || !file.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
  if (file.readUInt32LE(MAGIC.length) !== name.length || !file.subarray(nameAt, sumAt).equals(name)) return undefined;
  const packed = file.subarray(start);
  if (!file.subarray(sumAt, start).equals(checksum(name, packed))) return undefined;
  return inflate(packed);
}

function deflate(bytes: Uint8Array): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    gzip(bytes, { level: constants.Z_BEST_SPEED }, (error, packed) => {
      if (error === null) resolve(packed);
      else reject(error);
    });
  });
}

function inflate(packed: Buffer): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    gunzip(packed, { maxOutputLength: MAX_BYTES }, (error, bytes) => resolve(error === null ? bytes : undefined));
  });
}

function checksum(name: Buffer, packed: Buffer): Buffer {
  return createHash("sha256").update(name).update(packed).digest();
}
