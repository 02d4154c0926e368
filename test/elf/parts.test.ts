/** The parts of an ELF file that are kept give the same object as the whole, or it is noticed that they do not. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { describe, expect, test } from "vitest";
import { isElf } from "../../src/elf/header.js";
import { parseElf } from "../../src/elf/parse.js";
import { findTableParts } from "../../src/elf/parts.js";
import { createPartialBody, PartNotKept } from "../../src/image/file-body.js";

const FOLDERS = ["/usr/bin", "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu"];
const START = 64 << 10;

/** ELF files of this machine that are larger than what is seen of their start. */
const FILES = FOLDERS.flatMap((folder) => {
  try {
    return readdirSync(folder).map((name) => join(folder, name));
  } catch {
    return [];
  }
}).filter((path) => {
  const info = statSync(path, { throwIfNoEntry: false });
  return (
    info?.isFile() === true && info.size > 2 * START && info.size < 40 << 20 && isElf(readFileSync(path).subarray(0, 4))
  );
});

async function parseParts(bytes: Uint8Array, tables: number): Promise<unknown> {
  const parts = await findTableParts(bytes.subarray(0, START), bytes.length, tables);
  if (parts === undefined) throw new Error("no parts were found");
  const chunks = parts.map(({ offset, length }) => bytes.subarray(offset, offset + length));
  return parseElf(createPartialBody(chunks, { size: bytes.length, parts }));
}

test("there are files to look at", () => {
  expect(FILES.length).toBeGreaterThan(5);
});

describe("this machine's files", () => {
  test("are the same by the parts that their tables lie in", async () => {
    for (const path of FILES.slice(0, 200)) {
      const bytes = readFileSync(path);
      const whole = await parseElf({ size: bytes.length, read: (at, length) => bytes.subarray(at, at + length) });
      // Not toEqual, which takes minutes for the columns of a machine's symbols.
      expect(isDeepStrictEqual(await parseParts(bytes, 8 << 20), whole), path).toBe(true);
    }
  });

  test("are the same by smaller parts, or it is said that these are not enough", async () => {
    let enough = 0;
    let refused = 0;
    for (const path of FILES.slice(0, 200)) {
      const bytes = readFileSync(path);
      try {
        const object = await parseParts(bytes, START);
        const whole = await parseElf({ size: bytes.length, read: (at, length) => bytes.subarray(at, at + length) });
        expect(isDeepStrictEqual(object, whole), path).toBe(true);
        enough += 1;
      } catch (error) {
        if (!(error instanceof PartNotKept)) throw error;
        refused += 1;
      }
    }
    expect(enough).toBeGreaterThan(0);
    expect(refused).toBeGreaterThan(0);
  });

  test("are mostly left out where they are mostly code", async () => {
    const sizes = await Promise.all(
      FILES.slice(0, 200).map(async (path) => {
        const bytes = readFileSync(path);
        const parts = (await findTableParts(bytes.subarray(0, START), bytes.length, START)) ?? [];
        return [parts.reduce((sum, { length }) => sum + length, 0), bytes.length] as const;
      }),
    );
    expect(sizes.every(([kept, all]) => kept <= all)).toBe(true);
    expect(sizes.some(([kept, all]) => kept < all / 2)).toBe(true);
  });
});

test.each([
  ["of what is no ELF file", Buffer.alloc(START)],
  ["of a header alone", Buffer.from(readFileSync(process.execPath).subarray(0, 64))],
])("%s nothing is told", async (_name, start) => {
  expect(await findTableParts(start, 100 << 20)).toBeUndefined();
});
