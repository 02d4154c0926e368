/**
 * The data of one tar entry, to be taken in one of several ways while the archive passes: its start, all of it, as a stream, or not
 * at all. Sparse files are expanded; what is kept for inspection is bounded.
 */
import { createHash, type Hash } from "node:crypto";
import type { ByteQueue } from "./byte-queue.js";
import { createFileBody, createPartialBody } from "./file-body.js";
import type { FileBody, FilePart } from "./inspector.js";
import { describeLimit, raiseHint, type Limits } from "./limits.js";
import type { PaxRecords } from "./pax.js";
import { checkMap, hasMapInData, readMapInData, type SparseMap } from "./sparse.js";
import { BLOCK, exceedsLimit, truncatedTar } from "./tar-header.js";

export interface EntryData {
  /** bytes of a file's content, holes included */
  readonly size: number;
  /** bytes of content as stored: less than `size` where a sparse file has holes */
  readonly storedSize: number;
  /** position of the data in the archive */
  readonly dataOffset: number;
  /** The content from its start, at most `length` bytes; may be asked once, before `body`. */
  head(length: number): Promise<Uint8Array>;
  /** The whole content; where it is large, and passes by, the parts of it that a look at its start finds. */
  body(findParts?: FindParts): Promise<FileBody>;
  /**
   * SHA-256 of the whole content in hex, holes as zeros; where it was asked for when the data was created, and once, after `head` and
   * `body`. Undefined where holes make the content larger than what may be read.
   */
  digest(): Promise<string | undefined>;
  /** The stored content as it passes, from its start: what `head` has taken comes first. */
  stream(): AsyncGenerator<Uint8Array>;
  /** Goes past the content without keeping it. */
  skip(): Promise<void>;
}

export type FindParts = (start: Uint8Array, size: number) => Promise<readonly FilePart[] | undefined>;

export interface DataOptions {
  readonly map: SparseMap | undefined;
  /** the records of a file, which may say that its map stands at the start of its data */
  readonly pax: PaxRecords | undefined;
  readonly limits: Limits;
  /** the content is hashed as it passes */
  readonly hashes?: boolean;
}

/** How much of an entry is taken at a time when it is streamed. */
const STREAM_PIECE = 1 << 20;

/** A file of which parts are kept is larger: others are kept whole. */
export const LARGE_FILE = 16 << 20;
/** What is seen of it before it is known which. */
export const START = 64 << 10;

/**
 * The data of an entry, with its padding, that begins at the queue's position.
 *
 * @param storedSize bytes in the archive, a map at their start included
 */
export async function createData(
  queue: ByteQueue,
  storedSize: number,
  { map, pax, limits, hashes = false }: DataOptions,
): Promise<EntryData> {
  const at = queue.position;
  const end = at + Math.ceil(storedSize / BLOCK) * BLOCK;
  let sparse = map;
  let left = storedSize;
  if (pax !== undefined && hasMapInData(pax)) {
    const found = await readMapInData(pax, queue, storedSize);
    sparse = found.map;
    left -= found.taken;
  }
  if (sparse !== undefined) checkMap(sparse, left, at);
  const dataOffset = queue.position;
  const stored = left;
  const pieces: Uint8Array[] = [];
  // What is stored of a sparse file is not its content.
  const hash: Hash | undefined = hashes && sparse === undefined ? createHash("sha256") : undefined;
  const pass = async (length: number): Promise<readonly Uint8Array[]> => {
    const wanted = Math.min(length, left);
    const taken = await queue.readPieces(wanted);
    const got = taken.reduce((sum, piece) => sum + piece.length, 0);
    if (got < wanted)
      throw truncatedTar(`inside a file: ${stored - left + got} of ${stored} bytes found`, queue.position);
    left -= wanted;
    for (const piece of taken) hash?.update(piece);
    return taken;
  };
  const take = async (length: number): Promise<void> => {
    pieces.push(...(await pass(length)));
  };
  /** Goes past content of which nobody keeps anything, unless it is to be hashed. */
  const passOver = async (length: number): Promise<void> => {
    if (hash === undefined) left -= await queue.skip(length);
    else for (const end = left - length; left > end;) await pass(Math.min(STREAM_PIECE, left - end));
  };
  const takeUntil = async (position: number): Promise<void> => {
    while (stored - left < position) {
      await take(Math.min(STREAM_PIECE, position - (stored - left)));
      checkGrowth(stored - left, queue.inflation());
    }
  };
  /** Whatever is kept begins with what was seen of the start. */
  const takeParts = async (parts: readonly FilePart[]): Promise<FileBody> => {
    const kept: FilePart[] = [{ offset: 0, length: stored - left }];
    for (const { offset, length } of parts) {
      const at = stored - left;
      const [from, to] = [Math.max(offset, at), Math.min(offset + length, stored)];
      if (from >= to) continue;
      await passOver(from - at);
      await takeUntil(to);
      kept.push({ offset: from, length: to - from });
    }
    return createPartialBody(pieces, { size: stored, parts: kept });
  };
  const checkGrowth = (bytes: number, growth: number): void => {
    const why = whyGrownTooMuch(bytes, growth, limits);
    if (why !== undefined) throw exceedsLimit(`found a file of ${why}`, dataOffset);
  };
  return {
    size: sparse?.size ?? stored,
    storedSize: stored,
    dataOffset,
    async head(length: number): Promise<Uint8Array> {
      await take(length);
      const body = createFileBody(pieces, sparse);
      return body.read(0, Math.min(length, body.size));
    },
    async body(findParts?: FindParts): Promise<FileBody> {
      const size = sparse?.size ?? stored;
      if (size > limits.bodyBytes)
        throw exceedsLimit(
          `found a file of ${size} bytes to inspect; ${describeLimit(limits, "bodyBytes")}`,
          dataOffset,
        );
      if (sparse === undefined && queue.bodyAt !== undefined) return queue.bodyAt(dataOffset, stored);
      // Holes grow a file as compression does, and who inspects it may want them all.
      checkGrowth(size, size / Math.max(1, stored));
      if (sparse === undefined && stored > LARGE_FILE) {
        await take(START - (stored - left));
        const parts = await findParts?.(createFileBody(pieces).read(0, START), stored);
        if (parts !== undefined) return takeParts(parts);
      }
      await takeUntil(stored);
      return createFileBody(pieces, sparse);
    },
    async digest(): Promise<string | undefined> {
      if (sparse !== undefined) {
        if (sparse.size > limits.bodyBytes) return undefined;
        await takeUntil(stored);
        return hashBody(createFileBody(pieces, sparse));
      }
      await passOver(left);
      return hash?.digest("hex");
    },
    async *stream(): AsyncGenerator<Uint8Array> {
      yield* pieces.splice(0);
      while (left > 0) {
        await take(STREAM_PIECE);
        yield* pieces.splice(0);
      }
    },
    async skip(): Promise<void> {
      pieces.length = 0;
      const rest = end - queue.position;
      if (rest > 0 && (await queue.skip(rest)) < rest && queue.position < dataOffset + stored) {
        throw truncatedTar(`inside a file: ${queue.position - dataOffset} of ${stored} bytes found`, queue.position);
      }
    },
  };
}

function hashBody(body: FileBody): string {
  const hash = createHash("sha256");
  for (let at = 0; at < body.size; at += STREAM_PIECE)
    hash.update(body.read(at, Math.min(STREAM_PIECE, body.size - at)));
  return hash.digest("hex");
}

/** Why no more bytes are kept of a file whose data grows so many times; undefined where it may go on. */
export function whyGrownTooMuch(bytes: number, growth: number, limits: Limits): string | undefined {
  if (bytes <= limits.inflatedBodyBytes || growth <= limits.bodyInflation) return undefined;
  return `more than ${limits.inflatedBodyBytes} bytes ${raiseHint("inflatedBodyBytes")} to inspect in data that grows more than ${limits.bodyInflation} times ${raiseHint("bodyInflation")}`;
}
