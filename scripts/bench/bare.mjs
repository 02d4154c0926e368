/**
 * The least work that reading an image takes, and not a line more: `node scripts/bench/bare.mjs <form> <image>`. Of a docker archive
 * every byte is hashed; of an OCI archive each large blob is inflated in pieces of 1 MiB (node:zlib, or zstd-napi's binding into one
 * buffer), and both forms are hashed. Stored bytes are read and hashed in one thread, the rest in another, two layers at a time.
 * No file is looked at: it knows neither tar's files nor ELF.
 */
import { createHash } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { createGunzip } from "node:zlib";

const CHUNK = 1 << 20;
const BLOCK = 512;
/** smaller ones are documents */
const MIN_LAYER = 1 << 16;

/** Members of a tar archive: where their content lies. */
function listMembers(file) {
  const fd = openSync(file, "r");
  const header = Buffer.alloc(BLOCK);
  const members = [];
  for (let at = 0; readSync(fd, header, 0, BLOCK, at) === BLOCK && header[0] !== 0;) {
    const size =
      header[124] & 0x80 ? Number(header.readBigUInt64BE(128)) : parseInt(header.toString("latin1", 124, 136), 8) || 0;
    members.push({ offset: at + BLOCK, size });
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  closeSync(fd);
  return members.filter(({ size }) => size >= MIN_LAYER);
}

function* readPieces(file, { offset, size }) {
  const fd = openSync(file, "r");
  const buffer = Buffer.alloc(CHUNK);
  for (let done = 0; done < size;) {
    const got = readSync(fd, buffer, 0, Math.min(CHUNK, size - done), offset + done);
    if (got === 0) throw new Error(`${file} ends too early`);
    done += got;
    yield buffer.subarray(0, got);
  }
  closeSync(fd);
}

async function inflateGzip(file, member) {
  const [stored, inflated] = [createHash("sha256"), createHash("sha256")];
  const gunzip = createGunzip({ chunkSize: CHUNK });
  gunzip.on("data", (chunk) => inflated.update(chunk));
  const ended = new Promise((resolve, reject) => gunzip.on("end", resolve).on("error", reject));
  for (const piece of readPieces(file, member)) {
    stored.update(piece);
    const copy = Buffer.from(piece);
    if (!gunzip.write(copy)) await new Promise((resolve) => gunzip.once("drain", resolve));
  }
  gunzip.end();
  await ended;
  return [stored.digest("hex"), inflated.digest("hex")];
}

function inflateZstd(file, member) {
  const [stored, inflated] = [createHash("sha256"), createHash("sha256")];
  const { DCtx } = createRequire(import.meta.url)("zstd-napi/binding.js");
  const context = new DCtx();
  const output = Buffer.alloc(CHUNK);
  for (const piece of readPieces(file, member)) {
    stored.update(piece);
    for (let used = 0; used < piece.length;) {
      const [, made, taken] = context.decompressStream(output, piece.subarray(used));
      inflated.update(output.subarray(0, made));
      used += taken;
    }
  }
  return [stored.digest("hex"), inflated.digest("hex")];
}

function hashAll(file, member) {
  const hash = createHash("sha256");
  for (const piece of readPieces(file, member)) hash.update(piece);
  return [hash.digest("hex")];
}

const WORK = { docker: hashAll, gzip: inflateGzip, zstd: inflateZstd };

if (isMainThread) {
  const [form, file] = process.argv.slice(2);
  const waiting = listMembers(file).map((member) => ({ form, file, member }));
  const threads = Math.min(availableParallelism(), waiting.length);
  await Promise.all(
    Array.from({ length: threads }, async () => {
      const worker = new Worker(new URL(import.meta.url));
      for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
        worker.postMessage(task);
        await new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject));
      }
      await worker.terminate();
    }),
  );
} else {
  parentPort?.on("message", ({ form, file, member }) => {
    Promise.resolve(WORK[form](file, member)).then((digests) => parentPort?.postMessage(digests));
  });
}
