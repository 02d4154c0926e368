/**
 * One entry as bytes: a line of magic, the key, a seal, and the compressed content. Whatever is not exactly what was written (cut
 * short, damaged, put there by another program, or kept under another key) is no entry. The seal is over all the rest: in a folder of
 * one's own a SHA-256, which finds damage; in a store that others may write to an HMAC, which finds people.
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { constants, gunzip, gzip } from "node:zlib";

const MAGIC = Buffer.from("containerspec layer cache 1\n", "latin1");
const SEAL = 32;
const NUMBER = 4;
/** No entry inflates to more: a layer whose facts take so much memory is refused before. */
const MAX_BYTES = 2 ** 31 - 1;

/** The 32 bytes that tell an entry from anything else. */
export type Seal = (head: Buffer, packed: Buffer) => Buffer;

/** Anybody can make it. */
export const checksum: Seal = (head, packed) => createHash("sha256").update(head).update(packed).digest();

/** Nobody makes it, or one for other bytes, who does not have the secret. */
export function sealWith(secret: string): Seal {
  return (head, packed) => createHmac("sha256", secret).update(head).update(packed).digest();
}

/** Undefined where there is too much to keep. */
export async function toEntry(key: string, bytes: Uint8Array, seal: Seal): Promise<Buffer | undefined> {
  if (bytes.length > MAX_BYTES) return undefined;
  const head = toHead(key);
  const packed = await deflate(bytes);
  return Buffer.concat([head, seal(head, packed), packed]);
}

/** The bytes that were put under this key; undefined for anything else. Nothing is inflated before the seal was found good. */
export async function parseEntry(key: string, entry: Buffer, seal: Seal): Promise<Uint8Array | undefined> {
  const head = toHead(key);
  const start = head.length + SEAL;
  if (entry.length < start || !entry.subarray(0, head.length).equals(head)) return undefined;
  const packed = entry.subarray(start);
  if (!timingSafeEqual(entry.subarray(head.length, start), seal(head, packed))) return undefined;
  return inflate(packed);
}

function toHead(key: string): Buffer {
  const name = Buffer.from(key);
  const length = Buffer.alloc(NUMBER);
  length.writeUInt32LE(name.length);
  return Buffer.concat([MAGIC, length, name]);
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
