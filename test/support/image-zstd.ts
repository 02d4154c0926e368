/**
 * zstd streams written by hand, with blocks that are stored or run-length coded: what a test needs of frames, and a bomb, without a
 * compressor. RFC 8878, section 3.
 */
const MAGIC = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
/** No content size, no checksum; a window of 128 KiB. */
const HEADER = Buffer.from([0x00, 0x38]);
const MAX_BLOCK = 128 * 1024;

/** A frame that stores its bytes as they are. */
export function zstdFrame(bytes: Uint8Array): Buffer {
  const blocks: Uint8Array[] = [MAGIC, HEADER];
  for (let at = 0; at === 0 || at < bytes.length; at += MAX_BLOCK) {
    const part = bytes.subarray(at, at + MAX_BLOCK);
    blocks.push(blockHeader(0, part.length, at + MAX_BLOCK >= bytes.length), part);
  }
  return Buffer.concat(blocks);
}

/** A frame of so many zeros: four bytes for each 128 KiB. */
export function zstdZeros(count: number): Buffer {
  const blocks: Uint8Array[] = [MAGIC, HEADER];
  for (let left = count; left > 0; left -= MAX_BLOCK) {
    blocks.push(blockHeader(1, Math.min(left, MAX_BLOCK), left <= MAX_BLOCK), Buffer.alloc(1));
  }
  return Buffer.concat(blocks);
}

/** A frame that decoders pass over. */
export function zstdSkippable(bytes: Uint8Array, number = 0): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32LE(0x184d2a50 + number, 0);
  head.writeUInt32LE(bytes.length, 4);
  return Buffer.concat([head, bytes]);
}

function blockHeader(type: 0 | 1, size: number, isLast: boolean): Buffer {
  const header = Buffer.alloc(3);
  header.writeUIntLE((size << 3) | (type << 1) | (isLast ? 1 : 0), 0, 3);
  return header;
}
