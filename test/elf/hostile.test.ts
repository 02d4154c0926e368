/**
 * Small files that ask for much: each ends at once, with an error or a result. The first two are those that hang elfinfo, or
 * abort the whole process, when it is shown their section headers.
 */
import { describe, expect, test } from "vitest";
import { ByteWriter } from "../support/elf-bytes.js";
import { layoutElf, type ElfImage } from "../support/elf-builder.js";
import { DT } from "../support/elf-dynamic.js";
import { ElfEditor } from "../support/elf-editor.js";
import { PT } from "../support/elf-segments.js";
import { findRefusal, parseBytes } from "../support/elf-refusal.js";

const LIMIT_MS = 1000;

/** The result, and that it came soon (in CPU time: other work on the machine is no fault) and without much memory. */
async function inTime<Result>(work: () => Promise<Result>): Promise<Result> {
  const memory = process.memoryUsage().rss;
  const start = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(start);
  expect((user + system) / 1000).toBeLessThan(LIMIT_MS);
  expect(process.memoryUsage().rss - memory).toBeLessThan(200 * 2 ** 20);
  return result;
}

/** 192 bytes: a header and two section headers, of which the second is a string table of a size of the author's choice. */
function stringSectionOf(size: bigint): Uint8Array {
  const writer = new ByteWriter({ class: 64, data: "little" });
  writer.raw([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]).zeros(9).half(3).half(62).word(1);
  writer.address(0).address(0).address(64).word(0).half(64).half(56).half(0).half(64).half(2).half(1);
  writer.zeros(64);
  writer.word(0).word(3).address(0).address(0).address(0).address(size).word(0).word(0).address(1).address(0);
  return writer.toBytes();
}

describe("a small file that asks for much", () => {
  test.each([2n ** 45n, 3n * 2n ** 30n])("a section of strings of %i bytes is never looked at", async (size) => {
    const bytes = stringSectionOf(size);
    expect(bytes.length).toBe(192);
    const elf = await inTime(() => parseBytes(bytes));
    expect(elf).toMatchObject({ class: 64, machine: 62, segments: { loads: 0, dynamic: "absent" } });
  });

  test("DT_HASH with 2^32 - 1 symbols", async () => {
    const bytes = new ElfEditor(layoutElf({ hash: "sysv" })).inSection(".hash", 4, "word", 0xffffffff).bytes;
    expect(await inTime(() => findRefusal(bytes))).toContain("DT_SYMTAB would have 4294967295 symbols");
  });

  test("DT_HASH with 2^63 symbols, in entries of eight bytes", async () => {
    const bytes = new ElfEditor(layoutElf({ machine: "s390x", hash: "sysv" })).inSection(
      ".hash",
      8,
      "address",
      2n ** 63n,
    );
    expect(await inTime(() => findRefusal(bytes.bytes))).toContain("DT_SYMTAB would have");
  });

  test("DT_MIPS_SYMTABNO of 2^32 - 1", async () => {
    const bytes = new ElfEditor(layoutElf({ machine: "mips", hash: "none" })).tag(DT.MIPS_SYMTABNO, 0xffffffff).bytes;
    expect(await inTime(() => findRefusal(bytes))).toContain("DT_SYMTAB would have 4294967295 symbols");
  });

  test.each([0, 8])("DT_GNU_HASH with 2^32 - 1 in its word %i", async (at) => {
    const image = layoutElf({ symbols: [{ name: "f" }] });
    const bytes = new ElfEditor(image).inSection(".gnu.hash", at, "word", 0xffffffff).bytes;
    expect(await inTime(() => findRefusal(bytes))).toContain("DT_GNU_HASH is larger than its segment");
  });

  test("a relocation that names symbol 2^32 - 1 where nothing counts the symbols", async () => {
    const image = layoutElf({ hash: "none", symbols: [{ name: "f", defined: false }] });
    const bytes = new ElfEditor(image).inSection(".rela.plt", 12, "word", 0xffffffff).bytes;
    expect(await inTime(() => findRefusal(bytes))).toContain("DT_SYMTAB would have 4294967296 symbols");
  });

  test("one long name for each of 20 000 symbols", async () => {
    const image = layoutElf({ hash: "sysv", symbols: [{ name: "x".repeat(500_000) }] });
    const bytes = withTable(image, DT.SYMTAB, (writer) => {
      writer.zeros(24);
      for (let i = 1; i < 20_000; i += 1) writer.word(1 + i).zeros(20);
    });
    bytes.inSection(".hash", 4, "word", 20_000);
    expect(await inTime(() => findRefusal(bytes.bytes))).toContain("st_name makes the strings overlap too often");
  });

  test("versions that share their records, thousands of chains through one list", async () => {
    const count = 20_000;
    const image = layoutElf({ requires: [{ file: "libc.so.6", versions: ["GLIBC_2.2.5"] }] });
    const bytes = withTable(image, DT.VERNEED, (writer) => {
      for (let i = 0; i < count; i += 1) {
        const toList = (count - i) * 16;
        writer
          .half(1)
          .half(0xffff)
          .word(1)
          .word(toList)
          .word(i === count - 1 ? 0 : 16);
      }
      for (let i = 0; i < count; i += 1)
        writer
          .word(0)
          .half(0)
          .half(2)
          .word(1)
          .word(i === count - 1 ? 0 : 16);
    });
    expect(await inTime(() => findRefusal(bytes.bytes))).toContain("vna_next leads to too many records");
  });

  test("4 000 program headers over the same megabyte of notes", async () => {
    const noteBytes = new ByteWriter({ class: 64, data: "little" });
    for (let i = 0; i < 40_000; i += 1) noteBytes.word(0).word(0).word(9);
    const headers = 4000;
    const writer = new ByteWriter({ class: 64, data: "little" });
    writer.raw([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]).zeros(9).half(3).half(62).word(1);
    writer.address(0).address(64).address(0).word(0).half(64).half(56).half(headers).zeros(6);
    const notesAt = 64 + headers * 56;
    for (let i = 0; i < headers; i += 1) {
      writer.word(PT.NOTE).word(4).address(notesAt).address(0).address(0);
      writer.address(noteBytes.length).address(noteBytes.length).address(4);
    }
    const bytes = new Uint8Array(Buffer.concat([writer.toBytes(), noteBytes.toBytes()]));
    expect((await inTime(() => parseBytes(bytes))).notes).toEqual({ properties: [], dlopen: [] });
  });

  test("a dynamic section of 125 000 tags without an end", async () => {
    const image = layoutElf({});
    const bytes = withTable(image, undefined, (writer) => {
      for (let i = 0; i < 125_000; i += 1) writer.address(1).address(1);
    });
    expect(await inTime(() => findRefusal(bytes.bytes))).toContain("PT_DYNAMIC has no DT_NULL");
  });
});

/** The file with a table behind it that its last PT_LOAD maps, and that a tag, or else PT_DYNAMIC itself, points to. */
function withTable(image: ElfImage, tag: number | undefined, put: (writer: ByteWriter) => void): ElfEditor {
  const table = new ByteWriter(image);
  put(table);
  const bytes = new Uint8Array(Buffer.concat([image.bytes, table.toBytes()]));
  const [, load] = image.segments.filter(({ type }) => type === PT.LOAD);
  if (load === undefined) throw new Error("the file has no second PT_LOAD");
  const editor = new ElfEditor({ ...image, bytes });
  editor.segment(PT.LOAD, "p_filesz", bytes.length - load.offset, 1);
  const address = image.bytes.length + load.address - load.offset;
  return tag === undefined ? editor.segment(PT.DYNAMIC, "p_vaddr", address) : editor.tag(tag, address);
}
