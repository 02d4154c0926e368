/**
 * The other thread of a layer: it reads the stored bytes, hashes them, inflates them, and hands what comes out to the thread that
 * scans. It is never more than a few chunks ahead, so that memory stays flat.
 */
import { parentPort } from "node:worker_threads";
import { ContainerspecError, isSystemError, type ErrorCode, type ErrorPlace } from "../errors.js";
import { decompress, type Compression } from "./decompress.js";
import { hashRange } from "./hash-range.js";
import type { Limits } from "./limits.js";
import { hashStream, type DigestAlgorithm } from "./digest.js";
import { readRange, type FileRange } from "./range-reader.js";

/** What is to be done with a range of a file. */
export interface LayerTask {
  readonly range: FileRange;
  readonly algorithm: DigestAlgorithm;
  /** whether only the digest is wanted, or the bytes as they were before compression, too */
  readonly wanted: "digest" | "bytes";
  readonly compression: Compression;
  /** names the layer in an error */
  readonly what: string;
  readonly limits: Limits;
}

export type ToWorker =
  { readonly kind: "task"; readonly task: LayerTask } | { readonly kind: "taken"; readonly buffer: ArrayBuffer };

export type FromWorker =
  | { readonly kind: "chunk"; readonly bytes: Uint8Array<ArrayBuffer>; readonly stored: number }
  | { readonly kind: "end"; readonly digest: string }
  | {
      readonly kind: "error";
      readonly code: ErrorCode | undefined;
      readonly message: string;
      readonly where: ErrorPlace;
      /** of a call of the system that failed: without it, that would pass for a fault of this program */
      readonly call?: { readonly code: unknown; readonly syscall: unknown };
    };

/** Chunks of a mebibyte on their way between the threads. */
const AHEAD = 8;
const CHUNK = 1 << 20;

/** Memory that has come back. */
const free: ArrayBuffer[] = [];

let onWay = 0;
let goOn: (() => void) | undefined;

function post(message: FromWorker, transfer: readonly ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, transfer);
}

async function work({ range, algorithm, wanted, compression, what, limits }: LayerTask): Promise<void> {
  onWay = 0;
  if (wanted === "digest") {
    post({ kind: "end", digest: hashRange(range, algorithm) });
    return;
  }
  const stored = hashStream(readRange(range, "passing"), algorithm);
  const counter = { stored: 0, inflated: 0 };
  for await (const chunk of decompress(compression, stored.chunks, what, { counter, limits, lifetime: "passing" })) {
    const bytes = toOwn(chunk);
    post({ kind: "chunk", bytes, stored: counter.stored }, [bytes.buffer]);
    onWay += 1;
    if (onWay >= AHEAD) await new Promise<void>((resolve) => (goOn = resolve));
  }
  post({ kind: "end", digest: stored.finish() });
}

/** Bytes in memory that can change threads. zlib hands out several pieces of one buffer. */
function toOwn(chunk: Uint8Array): Uint8Array<ArrayBuffer> {
  if (chunk.length > CHUNK) return new Uint8Array(chunk);
  const bytes = new Uint8Array(free.pop() ?? new ArrayBuffer(CHUNK), 0, chunk.length);
  bytes.set(chunk);
  return bytes;
}

parentPort?.on("message", (message: ToWorker) => {
  if (message.kind === "taken") {
    onWay -= 1;
    if (message.buffer.byteLength === CHUNK) free.push(message.buffer);
    goOn?.();
    goOn = undefined;
    return;
  }
  work(message.task).catch((error: unknown) => {
    const own = error instanceof ContainerspecError ? error : undefined;
    const text = error instanceof Error ? error.message : String(error);
    post({
      kind: "error",
      code: own?.code,
      message: text,
      where: own?.where ?? {},
      ...(isSystemError(error) ? { call: { code: error.code, syscall: error.syscall } } : {}),
    });
  });
});
