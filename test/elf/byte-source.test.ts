/** Sources give views that are valid until the next call: whoever keeps one beyond that reads what another table says. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bytesSource } from "../../src/elf/bytes.js";
import { isElf } from "../../src/elf/header.js";
import type { ByteSource } from "../../src/elf/source.js";
import { fileInspector } from "../../src/loader/inspect.js";
import { needInspector } from "../../src/spec/inspect-needs.js";
import { buildElf } from "../support/elf-builder.js";

const FOLDERS = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/bin"];
const COUNT = 60;
const POISON = 0xa5;

/** Every call writes over what the last one gave, which is a Buffer. */
function forgettingSource(bytes: Uint8Array): ByteSource {
  let given = Buffer.alloc(0);
  return {
    size: bytes.length,
    read(offset, length) {
      given.fill(POISON);
      given = Buffer.from(bytes.subarray(offset, offset + length));
      return given;
    },
  };
}

/** Some ELF files of this machine, small and large. */
function* listFiles(): Generator<[string, Uint8Array]> {
  yield [
    "/usr/lib/libbuilt.so.1",
    buildElf({ soname: "libbuilt.so.1", needed: ["libc.so.6"], symbols: [{ name: "x" }] }),
  ];
  for (const folder of FOLDERS) {
    const names = readFolder(folder);
    const step = Math.ceil(names.length / COUNT);
    for (const name of names.filter((_, i) => i % step === 0)) {
      const path = join(folder, name);
      if (!statSync(path, { throwIfNoEntry: false })?.isFile()) continue;
      const bytes = readFileSync(path);
      if (isElf(bytes)) yield [path, bytes];
    }
  }
}

function readFolder(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

test("nobody keeps a view", { timeout: 120_000 }, async () => {
  let count = 0;
  for (const [path, bytes] of listFiles()) {
    for (const inspector of [fileInspector, needInspector]) {
      const kept = await inspector.inspect(path, bytesSource(bytes));
      const forgotten = await inspector.inspect(path, forgettingSource(bytes));
      expect(isDeepStrictEqual(forgotten, kept), path).toBe(true);
    }
    count += 1;
  }
  expect(count).toBeGreaterThan(0);
});
