/**
 * One entry as bytes: a line of magic, the key, the content's size, a seal, and the compressed content. Whatever is not exactly what was written (cut
 * short, damaged, put there by another program, or kept under another key) is no entry. The seal is over all the rest: in a folder of
 * one's own a SHA-256, which finds damage; in a store that others may write to an HMAC, which finds people.
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { Packing } from "../image/layer-store.js";

const MAGIC = Buffer.from("containerspec layer cache 2\n", "latin1");
const SEAL = 32;
const NUMBER = 4;
/** No entry inflates to more: a layer whose facts take so much memory is refused before. */
const MAX_BYTES = 2 ** 31 - 1;

/** The 32 bytes that tell an entry from anything else. */
export type Seal = (head: Uint8Array, packed: Uint8Array) => Buffer;

/** Anybody can make it. */
export const checksum: Seal = (head, packed) => createHash("sha256").update(head).update(packed).digest();

/** Nobody makes it, or one for other bytes, who does not have the secret. */
export function sealWith(secret: string): Seal {
  return (head, packed) => createHmac("sha256", secret).update(head).update(packed).digest();
}

/** How a store's entries are sealed and compressed. */
export interface EntryForm {
  readonly seal: Seal;
  readonly packing: Packing;
}

/** Undefined where there is too much to keep. */
export function toEntry(key: string, bytes: Uint8Array, { seal, packing }: EntryForm): Buffer | undefined {
  if (bytes.length > MAX_BYTES) return undefined;
  const size = Buffer.alloc(NUMBER);
  size.writeUInt32LE(bytes.length);
  const head = Buffer.concat([toHead(key), size]);
  const packed = packing.pack(bytes);
  return Buffer.concat([head, seal(head, packed), packed]);
}

/** The bytes that were put under this key; undefined for anything else. Nothing is inflated before the seal was found good. */
export async function parseEntry(key: string, entry: Buffer, form: EntryForm): Promise<Uint8Array | undefined> {
  const name = toHead(key);
  const start = name.length + NUMBER;
  const end = start + SEAL;
  if (entry.length < end || !entry.subarray(0, name.length).equals(name)) return undefined;
  const packed = entry.subarray(end);
  if (!timingSafeEqual(entry.subarray(start, end), form.seal(entry.subarray(0, start), packed))) return undefined;
  const bytes = await form.packing.unpack(packed, entry.readUInt32LE(name.length)).catch(() => undefined);
  return bytes?.length === entry.readUInt32LE(name.length) ? bytes : undefined;
}

function toHead(key: string): Buffer {
  const name = Buffer.from(key);
  const length = Buffer.alloc(NUMBER);
  length.writeUInt32LE(name.length);
  return Buffer.concat([MAGIC, length, name]);
}
