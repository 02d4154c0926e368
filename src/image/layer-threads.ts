/**
 * Threads that read, hash and inflate layers while this one scans them. A large layer alone keeps two cores busy that way, and several
 * keep more. Where the worker's script is not to be found (a bundle of the library), everything happens in one thread.
 */
import { existsSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { ContainerspecError } from "../errors.js";
import { inflationOf } from "./decompress.js";
import type { FromWorker, LayerTask, ToWorker } from "./layer-worker.js";

const SCRIPT = new URL("./layer-worker.js", import.meta.url);

/** A smaller blob is read before a thread would have started. */
const WORTH_A_THREAD = 4 << 20;

export interface ThreadedLayer {
  /** The inflated bytes, none where the layer is not compressed; each chunk is there until the next is asked for. */
  readonly chunks: AsyncGenerator<Uint8Array>;
  /** How many times larger `chunks` are than the stored bytes that they came of, so far. */
  inflation(): number;
  /** The digest of the stored bytes, once they have all passed. */
  readonly digest: Promise<string>;
}

export interface LayerThreads {
  /** Undefined where the blob is too small for a thread, or there are none. */
  start(task: LayerTask): ThreadedLayer | undefined;
  close(): Promise<void>;
}

/** @param script what the threads run; a test gives another */
export function createLayerThreads(script: URL = SCRIPT): LayerThreads {
  const idle: Worker[] = [];
  const all: Worker[] = [];
  return {
    start(task) {
      if (task.range.size < WORTH_A_THREAD || !existsSync(script)) return undefined;
      let worker = idle.pop();
      if (worker === undefined) all.push((worker = new Worker(script)));
      const used = worker;
      return runTask(used, task, () => idle.push(used));
    },
    async close() {
      await Promise.all(all.map((worker) => worker.terminate()));
    },
  };
}

function runTask(worker: Worker, task: LayerTask, release: () => void): ThreadedLayer {
  const waiting: FromWorker[] = [];
  const counter = { stored: 0, inflated: 0 };
  let wake: (() => void) | undefined;
  let settle: { resolve: (digest: string) => void; reject: (error: unknown) => void } | undefined;
  const digest = new Promise<string>((resolve, reject) => (settle = { resolve, reject }));
  // Whoever stops early does not ask for it.
  digest.catch(() => undefined);

  function take(message: FromWorker): void {
    waiting.push(message);
    if (message.kind === "end") settle?.resolve(message.digest);
    if (message.kind === "error") settle?.reject(toError(message));
    if (message.kind !== "chunk") stopListening();
    wake?.();
  }
  function fail(error: unknown): void {
    take({
      kind: "error",
      code: "internal",
      message: `Cannot read a layer: the thread that reads it has ended: ${String(error)}`,
      where: {},
    });
  }
  function stopListening(): void {
    worker.off("message", hear);
    worker.off("error", fail);
    worker.off("exit", fail);
  }

  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const message = waiting.shift();
      if (message === undefined) {
        await new Promise<void>((resolve) => (wake = resolve));
        continue;
      }
      if (message.kind === "error") throw toError(message);
      if (message.kind === "end") return;
      counter.stored = message.stored;
      counter.inflated += message.bytes.length;
      yield message.bytes;
      // It goes back and is filled again: a gigabyte of new memory would keep the garbage collector busy.
      send(worker, { kind: "taken", buffer: message.bytes.buffer }, [message.bytes.buffer]);
    }
  }

  /** A worker that said itself that it is done takes the next task; one that died takes none. */
  function hear(message: FromWorker): void {
    take(message);
    if (message.kind !== "chunk") release();
  }

  worker.on("message", hear);
  worker.once("error", fail);
  worker.once("exit", fail);
  send(worker, { kind: "task", task });
  return { chunks: chunks(), inflation: () => inflationOf(counter), digest };
}

function send(worker: Worker, message: ToWorker, transfer: readonly ArrayBuffer[] = []): void {
  worker.postMessage(message, transfer);
}

function toError({ code, message, where, call }: Extract<FromWorker, { kind: "error" }>): Error {
  return code === undefined ? Object.assign(new Error(message), call) : new ContainerspecError(code, message, where);
}
