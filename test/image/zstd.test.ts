import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execFileSync } from "node:child_process";
import { findNativeZstd, type ZstdDecoder } from "../../src/image/zstd-native.js";
import { createWasmZstd } from "../../src/image/zstd-wasm.js";
import { hasTool } from "../support/image-disk.js";
import { inChunks } from "../support/image-layer.js";
import { zstdFrame, zstdSkippable, zstdZeros } from "../support/image-zstd.js";

type Decompress = ZstdDecoder["decompress"];

const native = findNativeZstd();
const DECODERS: readonly (readonly [string, ZstdDecoder])[] = [
  ...(native === undefined ? [] : [["zstd-napi", native] as const]),
  ["zstddec", createWasmZstd()],
];
const hasCommand = hasTool("zstd");

/** Text that compresses, and does not repeat itself exactly. */
function text(length: number): Buffer {
  const lines: string[] = [];
  for (let i = 0, size = 0; size < length; i += 1) {
    const line = `line ${i} of ${(i * 2654435761) % 4294967296}\n`;
    lines.push(line);
    size += line.length;
  }
  return Buffer.from(lines.join("")).subarray(0, length);
}

async function decode(decompress: Decompress, bytes: Uint8Array, chunk: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const piece of decompress(inChunks(bytes, chunk))) chunks.push(Buffer.from(piece));
  return Buffer.concat(chunks);
}

function compress(bytes: Uint8Array, ...options: readonly string[]): Buffer {
  return execFileSync("zstd", ["-q", "-c", ...options], { input: bytes, maxBuffer: 1 << 28 });
}

const A = text(300_000);
const B = Buffer.from("second frame");
const JUNK = Buffer.from("trailing garbage that is no frame");
const ZEROS = Buffer.alloc(300);

describe.each(DECODERS)("%s", (_name, { decompress, inflateBlock }) => {
  describe("a block by itself", () => {
    it.each([300_000, 300_001, 1 << 20])("of at most %i bytes", async (limit) => {
      expect(A.equals(await inflateBlock(zstdFrame(A), limit))).toBe(true);
    });

    it.each([
      ["grows to more than it may", zstdFrame(A), 299_999],
      ["grows to gigabytes", zstdZeros(2 ** 31), 8192],
      ["is cut off", zstdFrame(A).subarray(0, 1000), 300_000],
      ["is no block", JUNK, 300_000],
    ] as const)("that %s is an error", async (_why, block, limit) => {
      await expect(inflateBlock(block, limit)).rejects.toThrow();
      // The decoder is as good as before.
      expect(A.equals(await inflateBlock(zstdFrame(A), 300_000))).toBe(true);
    });
  });

  describe.each([1 << 20, 65_536, 1000, 61])("in chunks of %i bytes", (chunk) => {
    it.each([
      ["one frame", zstdFrame(A), A],
      ["an empty frame", zstdFrame(Buffer.alloc(0)), Buffer.alloc(0)],
      ["several frames", Buffer.concat([zstdFrame(A), zstdFrame(B), zstdFrame(A)]), Buffer.concat([A, B, A])],
      [
        "empty frames between",
        Buffer.concat([zstdFrame(ZEROS.subarray(0, 0)), zstdFrame(B), zstdFrame(ZEROS.subarray(0, 0))]),
        B,
      ],
      ["a skippable frame first", Buffer.concat([zstdSkippable(JUNK), zstdFrame(B)]), B],
      ["a skippable frame last", Buffer.concat([zstdFrame(B), zstdSkippable(JUNK, 15)]), B],
      ["skippable frames alone", Buffer.concat([zstdSkippable(JUNK), zstdSkippable(ZEROS)]), Buffer.alloc(0)],
      ["zeros behind the last frame", Buffer.concat([zstdFrame(B), ZEROS]), B],
      ["data that is all zeros", zstdZeros(1_000_000), Buffer.alloc(1_000_000)],
    ])("%s", async (_case, bytes, expected) => {
      expect((await decode(decompress, bytes, chunk)).equals(expected)).toBe(true);
    });

    it.each([
      ["garbage behind the last frame", Buffer.concat([zstdFrame(B), JUNK])],
      ["garbage behind zeros", Buffer.concat([zstdFrame(B), ZEROS, JUNK])],
      ["a frame behind zeros", Buffer.concat([zstdFrame(B), ZEROS, zstdFrame(B)])],
      ["a skippable frame that is cut off", Buffer.concat([zstdFrame(B), zstdSkippable(JUNK).subarray(0, 20)])],
      ["a magic number that is cut off", Buffer.concat([zstdFrame(B), zstdFrame(B).subarray(0, 3)])],
      ["a reserved block type", Buffer.concat([zstdFrame(B).subarray(0, 6), Buffer.from([7, 0, 0])])],
      ["a dictionary that is not there", Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x01, 0x38, 0x09, 0x01, 0x00, 0x00])],
      ["a window of 4 GiB", Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xb0, 0x01, 0x00, 0x00])],
    ])("refuses %s", async (_case, bytes) => {
      await expect(decode(decompress, bytes, chunk)).rejects.toThrow();
    });
  });

  it("refuses a stream that is cut off, wherever it is", async () => {
    const whole = Buffer.concat([zstdFrame(B), zstdSkippable(B), zstdFrame(Buffer.from("end"))]);
    const first = zstdFrame(B).length;
    const second = first + zstdSkippable(B).length;
    for (let length = 1; length < whole.length; length += 1) {
      const cut = decode(decompress, whole.subarray(0, length), 5);
      if (length === first || length === second) expect((await cut).equals(B)).toBe(true);
      else await expect(cut, `${length} bytes`).rejects.toThrow();
    }
  });

  it("decodes a skippable frame of 8 MiB, as zstd:chunked puts one at the end", async () => {
    const bytes = Buffer.concat([zstdFrame(B), zstdSkippable(Buffer.alloc(8 << 20, 7))]);
    expect((await decode(decompress, bytes, 1 << 20)).equals(B)).toBe(true);
  });

  it("closes its source when the reader stops early", async () => {
    let isClosed = false;
    async function* source(): AsyncGenerator<Uint8Array> {
      try {
        yield* inChunks(zstdFrame(text(4 << 20)));
      } finally {
        isClosed = true;
      }
    }
    for await (const piece of decompress(source())) if (piece.length > 0) break;
    expect(isClosed).toBe(true);
  });

  it("decodes two streams at once", async () => {
    const big = text(2 << 20);
    const [left, right] = await Promise.all([
      decode(decompress, zstdFrame(big), 10_000),
      decode(decompress, Buffer.concat([zstdFrame(A), zstdFrame(big)]), 7_000),
    ]);
    expect(left.equals(big)).toBe(true);
    expect(right.equals(Buffer.concat([A, big]))).toBe(true);
  });

  describe.skipIf(!hasCommand)("against the zstd command", () => {
    let folder: string;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "zstd-"));
    });
    afterAll(() => rm(folder, { recursive: true, force: true }));
    const big = text(1 << 20);

    it.each([
      ["-1"],
      ["-9"],
      ["--no-check"],
      ["--fast=5"],
      ["-3", "--long=27"],
      ["-T2", "-B64K"],
      ["--no-content-size"],
    ])("what it compressed with %s", async (...options) => {
      const stored = compress(big, ...options);
      for (const chunk of [1 << 20, 999]) expect((await decode(decompress, stored, chunk)).equals(big)).toBe(true);
    });

    it("refuses what it refuses: a flipped byte, a cut, garbage", async () => {
      const stored = compress(A, "-3", "--check");
      for (let i = 0; i < 30; i += 1) {
        const at = 4 + Math.floor(((stored.length - 4) * i) / 30);
        const flipped = Buffer.from(stored);
        flipped[at] = (flipped[at] as number) ^ 0x55;
        const isRefused = await isBadForCommand(folder, flipped);
        const decoded = decode(decompress, flipped, 4096);
        if (isRefused) await expect(decoded, `byte ${at}`).rejects.toThrow();
        else expect((await decoded).equals(A), `byte ${at}`).toBe(true);
      }
      for (const bad of [stored.subarray(0, -1), stored.subarray(0, 1000), Buffer.concat([stored, JUNK])]) {
        expect(await isBadForCommand(folder, bad)).toBe(true);
        await expect(decode(decompress, bad, 4096)).rejects.toThrow();
      }
    });

    it("refuses a window of 2 GiB (--long=31)", async () => {
      const stored = compress(big, "--long=31", "--no-content-size", "--ultra");
      await expect(decode(decompress, stored, 4096)).rejects.toThrow();
    });
  });
});

it("has the native decoder where zstd-napi was built (skipped where it was not)", ({ skip }) => {
  if (native === undefined) skip("zstd-napi is not built here");
  expect(DECODERS.map(([name]) => name)).toEqual(["zstd-napi", "zstddec"]);
});

async function isBadForCommand(folder: string, bytes: Uint8Array): Promise<boolean> {
  const path = join(folder, "sample.zst");
  await writeFile(path, bytes);
  try {
    execFileSync("zstd", ["-q", "-t", path], { stdio: "ignore" });
    return false;
  } catch {
    return true;
  }
}
