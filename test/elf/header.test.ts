/** The ELF header: what is refused, what is only noted, and what elfinfo is never shown. */
import { describe, expect, test } from "vitest";
import { isElf } from "../../src/elf/header.js";
import { buildElf, layoutElf } from "../support/elf-builder.js";
import { ElfEditor } from "../support/elf-editor.js";
import type { MachineName } from "../support/elf-machines.js";
import { findRefusal, parseBytes } from "../support/elf-refusal.js";

/** One of each class and byte order. */
const FORMATS: readonly MachineName[] = ["x86-64", "i386", "s390x", "ppc"];

/** A copy with one byte changed. */
function withByte(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const copy = bytes.slice();
  copy[at] = value;
  return copy;
}

describe("isElf", () => {
  test("knows the four bytes of the magic", () => {
    expect(isElf(buildElf())).toBe(true);
    expect(isElf(Buffer.from("\x7fEL", "latin1"))).toBe(false);
    expect(isElf(Buffer.from("!<arch>\n"))).toBe(false);
    expect(isElf(new Uint8Array(0))).toBe(false);
  });
});

describe.each(FORMATS)("the header of a file for %s", (machine) => {
  const bytes = buildElf({ machine, soname: "libx.so.1" });

  test("without the magic is refused", async () => {
    expect(await findRefusal(withByte(bytes, 1, 0x65))).toContain("e_ident has no ELF magic (offset 0x0");
    expect(await findRefusal(new Uint8Array(0))).toContain("e_ident has no ELF magic");
  });

  test("that is cut off anywhere is refused", async () => {
    for (let length = 4; length <= 64; length += 1) {
      expect(await findRefusal(bytes.slice(0, length))).toContain("e_ehsize is more than the file holds");
    }
  });

  test.each([0, 3, 255])("with class or byte order %i is refused", async (value) => {
    expect(await findRefusal(withByte(bytes, 4, value))).toContain(`EI_CLASS is ${value} (offset 0x4`);
    expect(await findRefusal(withByte(bytes, 5, value))).toContain(`EI_DATA is ${value} (offset 0x5`);
  });

  test("with a wrong version, padding or e_phentsize is read, and says so", async () => {
    const image = layoutElf({ machine });
    const header = { versionOk: true, paddingOk: true, programHeaderSizeOk: true };
    expect((await parseBytes(withByte(bytes, 6, 2))).header).toEqual({ ...header, versionOk: false });
    expect((await parseBytes(new ElfEditor(image).header("e_version", 3).bytes)).header.versionOk).toBe(false);
    for (const at of [9, 12, 15]) {
      expect((await parseBytes(withByte(bytes, at, 1))).header).toEqual({ ...header, paddingOk: false });
    }
    const odd = new ElfEditor(image).header("e_phentsize", 60).header("e_phnum", 1);
    expect((await parseBytes(odd.bytes)).header).toEqual({ ...header, programHeaderSizeOk: false });
  });

  test("with an e_phentsize that holds no program header is refused", async () => {
    const image = layoutElf({ machine });
    for (const size of [0, 1, 31]) {
      expect(await findRefusal(new ElfEditor(image).header("e_phentsize", size).bytes)).toContain(
        "Program header entry",
      );
    }
  });

  test("with program headers past the end is refused", async () => {
    const image = layoutElf({ machine });
    const edit = (): ElfEditor => new ElfEditor(image);
    const place = /e_phoff, e_phnum or e_phentsize is wrong: .*\(offset 0x(1c|20),/;
    expect(await findRefusal(edit().header("e_phoff", image.bytes.length - 8).bytes)).toMatch(place);
    expect(await findRefusal(edit().header("e_phoff", 0xfffffff0).bytes)).toMatch(place);
    expect(await findRefusal(edit().header("e_phnum", 0xfffe).bytes)).toMatch(place);
    expect(await findRefusal(edit().header("e_phnum", 0xffff).bytes)).toContain("e_phnum is PN_XNUM");
  });

  test("keeps type, flags, OS ABI and ABI version as they are", async () => {
    const elf = await parseBytes(buildElf({ machine, type: "exec", flags: 0x12345678, osAbi: 3, abiVersion: 2 }));
    expect(elf).toMatchObject({ type: 2, flags: 0x12345678, osAbi: 3, abiVersion: 2 });
  });

  test("may say anything of sections, and of its own size", async () => {
    const image = layoutElf({ machine, needed: ["libc.so.6"] });
    const expected = await parseBytes(image.bytes);
    const garbage = new ElfEditor(image).header("e_shoff", 0xffffffff).header("e_shnum", 0xffff);
    garbage.header("e_shstrndx", 0xffff).header("e_shentsize", 1).header("e_ehsize", 0);
    expect(await parseBytes(garbage.bytes)).toEqual(expected);
    expect(await parseBytes(buildElf({ machine, needed: ["libc.so.6"], sectionHeaders: false }))).toEqual(expected);
  });
});
