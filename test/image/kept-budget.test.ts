/** What is kept of an image is bounded in sum: entries, texts and symbols. */
import { describe, expect, it } from "vitest";
import { createByteQueue } from "../../src/image/byte-queue.js";
import type { FileInspector } from "../../src/image/inspector.js";
import { withBudget } from "../../src/image/kept-budget.js";
import { DEFAULT_LIMITS } from "../../src/image/limits.js";
import { scanLayer } from "../../src/image/scan-layer.js";
import { fileInspector } from "../../src/loader/inspect.js";
import { buildElf } from "../support/elf-builder.js";
import { inChunks, layerTar } from "../support/image-layer.js";
import { tarEntry, tarOf } from "../support/tar-builder.js";
import { failureOf } from "../support/tar-entries.js";

function scan<Facts>(inspector: FileInspector<Facts>, tars: readonly Uint8Array[], limit: number) {
  const bounded = withBudget(inspector, "app.tar", { ...DEFAULT_LIMITS, memory: limit });
  return Promise.all(tars.map((tar) => scanLayer(createByteQueue(inChunks(tar)), bounded)));
}

const LIMIT = 100_000;
const names = (number: number): string[] => Array.from({ length: number }, (_, index) => `d/file-${index}`);

describe("refused, with the limit in the sentence", () => {
  it.each([
    ["entries", [layerTar(names(500))]],
    ["entries of many layers", Array.from({ length: 10 }, () => layerTar(names(50)))],
    ["links with long texts", [layerTar(names(30).map((name) => `${name} -> ${"x".repeat(4000)}`))]],
    ["texts", [tarOf(...names(2).map((name) => tarEntry({ name: `${name}/os-release` }, "x".repeat(60_000))))]],
    ["symbols", [tarOf(...names(3).map((name) => tarEntry({ name }, buildElf({ symbols: manySymbols() }))))]],
  ])("%s", async (_what, tars) => {
    const failure = await failureOf(scan(fileInspector, tars, LIMIT));
    expect(failure.code).toBe("limit-exceeded");
    expect(failure.message).toContain("Cannot read app.tar");
    expect(failure.message).toContain("takes more than 100000 bytes of memory");
    // With ten times the room, it is all read.
    const [first] = await scan(fileInspector, tars, 10 * LIMIT);
    expect(first?.entries.length).toBeGreaterThan(0);
  });
});

it("a text that is larger than any text is not kept", () => {
  const head = Buffer.from("NAME=x");
  expect(fileInspector.wants("/d/os-release", head, 1 << 20)).toBe(true);
  expect(fileInspector.wants("/d/os-release", head, (1 << 20) + 1)).toBe(false);
  expect(fileInspector.wants("/etc/ld.so.preload", head, 60 << 20)).toBe(false);
});

function manySymbols() {
  return Array.from({ length: 500 }, (_, index) => ({ name: `a_function_with_a_name_of_some_length_${index}` }));
}
