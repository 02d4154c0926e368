/** The dynamic section: found as the loader finds it, and never believed further than the file reaches. */
import { describe, expect, test } from "vitest";
import { buildElf, layoutElf } from "../support/elf-builder.js";
import { DT } from "../support/elf-dynamic.js";
import { ElfEditor } from "../support/elf-editor.js";
import type { MachineName } from "../support/elf-machines.js";
import { findRefusal, parseBytes } from "../support/elf-refusal.js";
import { PT } from "../support/elf-segments.js";

const FORMATS: readonly MachineName[] = ["x86-64", "i386", "s390x", "ppc"];

describe.each(FORMATS)("the dynamic section of a file for %s", (machine) => {
  const image = layoutElf({ machine, soname: "libx.so.1", needed: ["liba.so.1", "libb.so.1", "liba.so.1"] });
  const edit = (): ElfEditor => new ElfEditor(image);

  test("keeps DT_NEEDED in file order, doubles included", async () => {
    expect((await parseBytes(image.bytes)).needed).toEqual(["liba.so.1", "libb.so.1", "liba.so.1"]);
  });

  test("is absent, or empty where a debug file keeps the header alone", async () => {
    expect((await parseBytes(buildElf({ machine, dynamic: false }))).segments.dynamic).toBe("absent");
    const debug = await parseBytes(edit().segment(PT.DYNAMIC, "p_filesz", 0).bytes);
    expect(debug).toMatchObject({ needed: [], segments: { dynamic: "empty" } });
    expect(debug.soname).toBeUndefined();
  });

  test("is read at its address, to DT_NULL, whatever p_offset and p_filesz say", async () => {
    const expected = await parseBytes(image.bytes);
    expect(await parseBytes(edit().segment(PT.DYNAMIC, "p_filesz", 1).bytes)).toEqual(expected);
    expect(await parseBytes(edit().segment(PT.DYNAMIC, "p_offset", 0xfffffff0).bytes)).toEqual(expected);
  });

  test("is read at its offset where no segment maps it", async () => {
    const expected = await parseBytes(image.bytes);
    expect(await parseBytes(edit().segment(PT.DYNAMIC, "p_vaddr", 0x7000_0000).bytes)).toEqual(expected);
    const nowhere = edit().segment(PT.DYNAMIC, "p_vaddr", 0x7000_0000).segment(PT.DYNAMIC, "p_offset", 0x7000_0000);
    expect(await findRefusal(nowhere.bytes)).toContain("PT_DYNAMIC points past the end (offset 0x70000000,");
  });

  test("ends at DT_NULL", async () => {
    const flags = layoutElf({ machine, dynamicFlags: 0x10, dynamicFlags1: 8 });
    expect(await parseBytes(flags.bytes)).toMatchObject({ dynamicFlags: 0x10, dynamicFlags1: 8 });
    const ended = await parseBytes(new ElfEditor(flags).renameTag(DT.FLAGS, DT.NULL).bytes);
    expect(ended).toMatchObject({ dynamicFlags: 0, dynamicFlags1: 0 });
  });

  test("of which the last of two equal tags counts, as in ld.so", async () => {
    const twice = layoutElf({ machine, dynamicFlags: 2, tags: [[DT.FLAGS, 8]] });
    expect(await parseBytes(twice.bytes)).toMatchObject({ dynamicFlags: 8, bindNow: true, symbolic: false });
  });

  test("may have a DT_STRSZ that is too small or too large, which ld.so does not ask", async () => {
    const expected = await parseBytes(image.bytes);
    for (const size of [0, 1, 12, 0x7fff_ffff]) {
      expect(await parseBytes(edit().tag(DT.STRSZ, size).bytes)).toEqual(expected);
    }
  });

  test("that is cut off with the file is refused", async () => {
    const section = image.sections.get(".dynamic");
    const cut = image.bytes.slice(0, (section?.offset ?? 0) + 1);
    expect(await findRefusal(cut)).toContain("PT_DYNAMIC points past the end");
  });

  test("with a name outside the string table is refused, by the name of the tag", async () => {
    expect(await findRefusal(edit().tag(DT.NEEDED, 0xffff).bytes)).toContain(
      "DT_NEEDED points outside the string table",
    );
    expect((await parseBytes(edit().tag(DT.NEEDED, 0xffff).bytes)).damage).toMatchObject({ dependencies: "unknown" });
    const { damage, needed } = await parseBytes(edit().tag(DT.SONAME, 0xffff).bytes);
    expect(damage).toMatchObject({ dependencies: "known" });
    expect(needed).not.toEqual([]);
    expect(await findRefusal(edit().tag(DT.SONAME, 0xffff).bytes)).toContain(
      "DT_SONAME points outside the string table",
    );
    for (const [tag, name] of [
      [DT.RPATH, "DT_RPATH"],
      [DT.RUNPATH, "DT_RUNPATH"],
      [DT.FILTER, "DT_FILTER"],
    ] as const) {
      const bytes = edit().renameTag(DT.SONAME, tag).tag(tag, 0x7fffffff).bytes;
      expect(await findRefusal(bytes)).toContain(`${name} points outside the string table (offset 0x7fffffff,`);
    }
  });

  test("whose string table is nowhere, cut off, or not there is refused", async () => {
    const outside = edit().tag(DT.STRTAB, 0x7000_0000);
    expect(await findRefusal(outside.bytes)).toContain("DT_STRTAB points to an address that no segment maps");
    expect(await findRefusal(edit().renameTag(DT.STRTAB, 0x6ffffe00).bytes)).toContain(
      "points outside the string table",
    );
  });
});

describe("what tags say", () => {
  const parse = (description: Parameters<typeof buildElf>[0]) => parseBytes(buildElf(description));

  test("functions are bound now by DT_BIND_NOW, DF_BIND_NOW or DF_1_NOW", async () => {
    expect((await parse({})).bindNow).toBe(false);
    expect((await parse({ dynamicFlags: 0x10, dynamicFlags1: 8 })).bindNow).toBe(false);
    expect((await parse({ bindNow: true })).bindNow).toBe(true);
    expect((await parse({ dynamicFlags: 8 })).bindNow).toBe(true);
    expect((await parse({ dynamicFlags1: 1 })).bindNow).toBe(true);
  });

  test("its own definitions come first by DT_SYMBOLIC or DF_SYMBOLIC", async () => {
    expect((await parse({})).symbolic).toBe(false);
    expect((await parse({ symbolic: true })).symbolic).toBe(true);
    expect((await parse({ dynamicFlags: 2 })).symbolic).toBe(true);
  });

  test("DT_RELR counts even where it is empty", async () => {
    expect((await parse({})).relr).toBe(false);
    expect((await parse({ relr: true })).relr).toBe(true);
    const empty = new ElfEditor(layoutElf({ relr: true })).tag(DT.RELRSZ, 0).bytes;
    expect((await parseBytes(empty)).relr).toBe(true);
  });

  test("paths keep what is in them, byte for byte", async () => {
    const elf = await parse({ rpath: "", runpath: "$ORIGIN/\xc3\xa9::/x:", soname: "lib\xff.so" });
    expect(elf).toMatchObject({ rpath: "", runpath: "$ORIGIN/\xc3\xa9::/x:", soname: "lib\xff.so" });
  });

  test("a version table that is present differs from one that is absent", async () => {
    const flags = ({ versions }: Awaited<ReturnType<typeof parse>>) => [
      versions.hasSymbols,
      versions.hasRequirements,
      versions.hasDefinitions,
    ];
    expect(flags(await parse({}))).toEqual([false, false, false]);
    expect(flags(await parse({ defines: [{ name: "V" }] }))).toEqual([true, false, true]);
    expect(flags(await parse({ requires: [{ file: "f", versions: ["V"] }] }))).toEqual([true, true, false]);
  });
});
