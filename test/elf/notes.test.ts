/** Notes: what is found in them, in both alignments, and that a malformed one is passed over. */
import { describe, expect, test } from "vitest";
import { ByteWriter } from "../support/elf-bytes.js";
import { buildElf, layoutElf } from "../support/elf-builder.js";
import type { NotesDescription } from "../support/elf-description.js";
import { ElfEditor } from "../support/elf-editor.js";
import { MACHINES, type MachineName } from "../support/elf-machines.js";
import { parseBytes } from "../support/elf-refusal.js";
import { PT } from "../support/elf-segments.js";

const FORMATS: readonly MachineName[] = ["x86-64", "i386", "s390x", "ppc"];
const NOTES: NotesDescription = {
  abiTag: { os: 0, kernel: [4, 15, 0] },
  buildId: "abcdef",
  properties: [
    { type: 0xc0000002, value: 3 },
    { type: 0xc0008002, value: 0x8000_0001 },
  ],
  dlopen: ['[{"feature":"zstd"}]', "[]"],
};

describe.each(FORMATS)("the notes of a file for %s", (machine) => {
  test("come back as described", async () => {
    expect((await parseBytes(buildElf({ machine, notes: NOTES }))).notes).toEqual(NOTES);
  });

  test("are none where there are none", async () => {
    expect((await parseBytes(buildElf({ machine }))).notes).toEqual({ properties: [], dlopen: [] });
  });

  test("have properties in PT_GNU_PROPERTY alone, or in PT_NOTE alone", async () => {
    const image = layoutElf({ machine, notes: { properties: [{ type: 0xc0008002, value: 2 }] } });
    for (const hidden of [PT.NOTE, PT.GNU_PROPERTY]) {
      const elf = await parseBytes(new ElfEditor(image).segment(hidden, "p_type", 0).bytes);
      expect(elf.notes.properties).toEqual([{ type: 0xc0008002, value: 2 }]);
    }
    const neither = new ElfEditor(image).segment(PT.NOTE, "p_type", 0).segment(PT.GNU_PROPERTY, "p_type", 0);
    expect((await parseBytes(neither.bytes)).notes.properties).toEqual([]);
  });

  test("stand at multiples of four even where p_align says zero or one", async () => {
    const image = layoutElf({ machine, notes: { buildId: "abcdef", dlopen: ["x"] } });
    for (const alignment of [0, 1, 4]) {
      const elf = await parseBytes(new ElfEditor(image).segment(PT.NOTE, "p_align", alignment).bytes);
      expect(elf.notes.buildId).toBe("abcdef");
    }
  });

  test("that reach past the end of the file or of their segment are passed over", async () => {
    const image = layoutElf({ machine, needed: ["libc.so.6"], notes: { buildId: "abcdef" } });
    const edit = (): ElfEditor => new ElfEditor(image);
    const broken = [
      edit().segment(PT.NOTE, "p_offset", 0x7fff_fff0),
      edit().segment(PT.NOTE, "p_filesz", 11),
      edit().segment(PT.NOTE, "p_filesz", 0x7fff_ffff),
      edit().inSection(".note.gnu.build-id", 0, "word", 0xffff_ffff),
      edit().inSection(".note.gnu.build-id", 4, "word", 0xffff_ffff),
    ];
    for (const { bytes } of broken) {
      const elf = await parseBytes(bytes);
      expect(elf.notes).toEqual({ properties: [], dlopen: [] });
      expect(elf.needed).toEqual(["libc.so.6"]);
    }
  });

  test("of which the second is found behind one of another owner", async () => {
    const image = layoutElf({ machine, notes: { dlopen: ["first", "second"] } });
    // Another owner's name: "FDX".
    const bytes = new ElfEditor(image).bytes;
    bytes[(image.sections.get(".note.dlopen")?.offset ?? 0) + 14] = 0x58;
    expect((await parseBytes(bytes)).notes.dlopen).toEqual(["second"]);
  });

  test("whose properties are cut off give those before", async () => {
    const image = layoutElf({ machine, notes: { properties: NOTES.properties ?? [] } });
    const second = 16 + 8 + MACHINES[machine].class / 8;
    const bytes = new ElfEditor(image).inSection(".note.gnu.property", second + 4, "word", 0x7fff_ffff).bytes;
    expect((await parseBytes(bytes)).notes.properties).toEqual([{ type: 0xc0000002, value: 3 }]);
  });
});

test("a property that is not four bytes long is passed over, and its padding too", async () => {
  const image = layoutElf({ notes: { properties: [0, 1, 2].map((i) => ({ type: 0xc0008000 + i, value: 7 })) } });
  // The first property grows over the second: sixteen bytes of data.
  const bytes = new ElfEditor(image).inSection(".note.gnu.property", 16 + 4, "word", 16 + 8).bytes;
  expect((await parseBytes(bytes)).notes.properties).toEqual([{ type: 0xc0008002, value: 7 }]);
});

test("the writer of test notes pads as the gABI says", () => {
  const writer = new ByteWriter({ class: 64, data: "big" });
  expect([...writer.byte(1).align(4).half(0x1234).toBytes()]).toEqual([1, 0, 0, 0, 0x12, 0x34]);
});
