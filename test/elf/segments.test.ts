/** Program headers: what is mapped where, and what the loader reads from them besides. */
import { describe, expect, test } from "vitest";
import { areLoadsAligned, findFileRange, PT_LOAD } from "../../src/elf/segments.js";
import { bytesSource } from "../../src/elf/bytes.js";
import type { ProgramHeader } from "../../src/elf/header.js";
import { createElfReader, toAddress } from "../../src/elf/reader.js";
import { buildElf, layoutElf } from "../support/elf-builder.js";
import { ElfEditor } from "../support/elf-editor.js";
import type { MachineName } from "../support/elf-machines.js";
import { findRefusal, parseBytes } from "../support/elf-refusal.js";
import { PT } from "../support/elf-segments.js";

function load(start: number | bigint, offset: number, fileSize: number): ProgramHeader {
  return {
    type: PT_LOAD,
    flags: 4,
    address: toAddress(start),
    offset,
    fileSize,
    memorySize: fileSize,
    alignment: 4096,
  };
}

describe("findFileRange", () => {
  const reader = createElfReader(bytesSource(new Uint8Array(1000)), 64, "little");
  const find = (headers: readonly ProgramHeader[], address: number | bigint) =>
    findFileRange(reader, headers, toAddress(address));

  test("finds the offset, and how far the segment reaches", () => {
    const headers = [load(0, 0, 0x100), load(0x2100, 0x100, 0x100)];
    expect(find(headers, 0x10)).toEqual({ offset: 0x10, available: 0xf0 });
    expect(find(headers, 0x2180)).toEqual({ offset: 0x180, available: 0x80 });
    expect(find(headers, 0x100)).toBeUndefined();
    expect(find(headers, 0x20ff)).toBeUndefined();
  });

  test("ends at the end of the file", () => {
    expect(find([load(0, 0, 5000)], 900)).toEqual({ offset: 900, available: 100 });
    expect(find([load(0, 0, 5000)], 2000)).toEqual({ offset: 2000, available: 0 });
  });

  test("of two segments at one address takes the later one, which is mapped over the other", () => {
    const headers = [load(0, 0, 0x300), load(0x100, 0x200, 0x80)];
    expect(find(headers, 0x100)).toEqual({ offset: 0x200, available: 0x80 });
    expect(find(headers, 0x180)).toEqual({ offset: 0x180, available: 0x180 });
  });

  test("knows each byte at addresses where a double does not", () => {
    const headers = [load(2n ** 62n + 0x10n, 0x10, 0x100), load(2n ** 62n + 2n ** 61n + 0x2cf8n, 0x200, 0x40)];
    expect(find(headers, 2n ** 62n + 0x11n)).toEqual({ offset: 0x11, available: 0xff });
    expect(find(headers, 2n ** 62n + 0xfn)).toBeUndefined();
    expect(find(headers, 2n ** 62n + 2n ** 61n + 0x2cf9n)).toEqual({ offset: 0x201, available: 0x3f });
    expect(find(headers, 2n ** 62n + 2n ** 61n + 0x2d38n)).toBeUndefined();
  });

  test("does not look at other headers", () => {
    expect(find([{ ...load(0, 0, 100), type: PT.NOTE }], 10)).toBeUndefined();
  });
});

test("address and offset of a PT_LOAD agree modulo the page, whatever p_align says", () => {
  expect(areLoadsAligned([])).toBe(true);
  expect(areLoadsAligned([load(0x2100, 0x100, 1)])).toBe(true);
  expect(areLoadsAligned([load(0x2100, 0x100, 1), load(0x3001, 0, 1)])).toBe(false);
  expect(areLoadsAligned([{ ...load(0x2110, 0x100, 1), alignment: 16 }])).toBe(false);
  expect(areLoadsAligned([{ ...load(0x11000, 0x1000, 1), alignment: 0x10000 }])).toBe(true);
  expect(areLoadsAligned([{ ...load(0x2001, 0, 1), type: PT.NOTE }])).toBe(true);
});

test("a file that is cut off behind its tables is refused, unless the last page holds what is missing", async () => {
  const image = layoutElf({ contents: "x".repeat(20_000) });
  const end = image.segments.filter(({ type }) => type === PT.LOAD).at(-1);
  const length = (end?.offset ?? 0) + (end?.fileSize ?? 0);
  const page = length - (length % 4096);
  expect((await parseBytes(image.bytes.slice(0, length - 1))).segments.loads).toBe(2);
  expect((await parseBytes(image.bytes.slice(0, page + 1))).segments.loads).toBe(2);
  for (const cut of [page, page - 4096, page - 3 * 4096]) {
    expect(await findRefusal(image.bytes.slice(0, cut))).toContain("PT_LOAD reaches past the end: the file is cut off");
  }
});

describe.each<MachineName>(["x86-64", "i386", "s390x", "ppc"])("the program headers of a file for %s", (machine) => {
  const image = layoutElf({ machine, interp: "/lib/ld.so.1", tls: { size: 24, alignment: 16 } });
  const edit = (): ElfEditor => new ElfEditor(image);

  test("name the interpreter", async () => {
    expect((await parseBytes(image.bytes)).interp).toBe("/lib/ld.so.1");
    expect((await parseBytes(buildElf({ machine, interp: "/lib/\xff" }))).interp).toBe("/lib/\xff");
  });

  test("name none where PT_INTERP has no bytes, as in a debug file", async () => {
    expect((await parseBytes(edit().segment(PT.INTERP, "p_filesz", 0).bytes)).interp).toBeUndefined();
  });

  test("name none that the kernel would refuse to start: too long, without an end, or past the end", async () => {
    const interp = async (size: number, offset?: number) => {
      const edited = edit().segment(PT.INTERP, "p_filesz", size);
      const { bytes } = offset === undefined ? edited : edited.segment(PT.INTERP, "p_offset", offset);
      const elf = await parseBytes(bytes);
      return { interp: elf.interp, damage: elf.damage };
    };
    const none = { interp: undefined, damage: undefined };
    expect(await interp(13)).toEqual({ interp: "/lib/ld.so.1", damage: undefined });
    expect(await interp(4097)).toEqual(none);
    expect(await interp(4)).toEqual(none);
    expect(await interp(13, 0x7fff_ff00)).toEqual(none);
  });

  test("give size and alignment of PT_TLS, unless it is empty", async () => {
    expect((await parseBytes(image.bytes)).tls).toEqual({ size: 24, alignment: 16 });
    expect((await parseBytes(edit().segment(PT.TLS, "p_memsz", 0).bytes)).tls).toBeUndefined();
    expect((await parseBytes(buildElf({ machine }))).tls).toBeUndefined();
  });

  test.each(["plain", "executable", "unmarked"] as const)("say that the stack is %s", async (stack) => {
    expect((await parseBytes(buildElf({ machine, stack }))).stack).toBe(stack);
  });

  test("count PT_LOAD and say whether ld.so would map them", async () => {
    expect((await parseBytes(image.bytes)).segments).toEqual({ loads: 2, loadsAligned: true, dynamic: "present" });
    const fixed = layoutElf({ machine, type: "exec", dynamic: false });
    const moved = await parseBytes(new ElfEditor(fixed).segment(PT.LOAD, "p_vaddr", 0x400010).bytes);
    expect(moved.segments.loadsAligned).toBe(false);
  });

  test("are none in an object file", async () => {
    const elf = await parseBytes(buildElf({ machine, type: "rel" }));
    expect(elf).toMatchObject({
      type: 1,
      segments: { loads: 0, loadsAligned: true, dynamic: "absent" },
      stack: "unmarked",
    });
    expect(elf.symbols.count).toBe(0);
  });
});
