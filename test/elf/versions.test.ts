/** Version tables: chains of records, followed as glibc follows them. */
import { describe, expect, test } from "vitest";
import { buildElf, layoutElf } from "../support/elf-builder.js";
import { DT } from "../support/elf-dynamic.js";
import { ElfEditor } from "../support/elf-editor.js";
import type { MachineName } from "../support/elf-machines.js";
import { findRefusal, parseBytes } from "../support/elf-refusal.js";
import { findName } from "../../src/elf/symbol-names.js";

const FORMATS: readonly MachineName[] = ["x86-64", "i386", "s390x", "ppc"];
const VERNEED = ".gnu.version_r";
const VERDEF = ".gnu.version_d";

describe.each(FORMATS)("the required versions of a file for %s", (machine) => {
  const image = layoutElf({
    machine,
    requires: [
      { file: "liba.so.1", versions: ["A_1", { name: "A_2", weak: true }] },
      { file: "libb.so.1", versions: ["B_1"] },
    ],
  });
  const edit = (): ElfEditor => new ElfEditor(image);
  const names = async (bytes: Uint8Array) =>
    (await parseBytes(bytes)).versions.requirements.map(({ file, name }) => `${file} ${name}`);

  test("come in file order, with their flags and indices", async () => {
    expect((await parseBytes(image.bytes)).versions.requirements).toEqual([
      { file: "liba.so.1", name: "A_1", weak: false, index: 2 },
      { file: "liba.so.1", name: "A_2", weak: true, index: 3 },
      { file: "libb.so.1", name: "B_1", weak: false, index: 4 },
    ]);
  });

  test("lose the hidden bit of their index", async () => {
    const bytes = edit().inSection(VERNEED, 16 + 6, "half", 0x8002).bytes;
    expect((await parseBytes(bytes)).versions.requirements[0]?.index).toBe(2);
  });

  test("are followed to the end of the chain, whatever the counts say", async () => {
    const all = ["liba.so.1 A_1", "liba.so.1 A_2", "libb.so.1 B_1"];
    expect(await names(edit().tag(DT.VERNEEDNUM, 0).bytes)).toEqual(all);
    expect(await names(edit().inSection(VERNEED, 2, "half", 0).bytes)).toEqual(all);
    expect(await names(edit().inSection(VERNEED, 2, "half", 0xffff).bytes)).toEqual(all);
  });

  test("end where a link is zero", async () => {
    expect(await names(edit().inSection(VERNEED, 12, "word", 0).bytes)).toEqual(["liba.so.1 A_1", "liba.so.1 A_2"]);
    expect(await names(edit().inSection(VERNEED, 16 + 12, "word", 0).bytes)).toEqual([
      "liba.so.1 A_1",
      "libb.so.1 B_1",
    ]);
  });

  test.each([
    ["vn_next", 12],
    ["vna_next", 8],
    ["vna_next", 16 + 12],
  ])("are refused where %s (at %i) points past the end", async (field, at) => {
    const bytes = edit().inSection(VERNEED, at, "word", 0x7fff_ffff).bytes;
    expect(await findRefusal(bytes)).toContain(`${field} points past the end`);
  });

  test.each([
    ["vn_file", 4],
    ["vna_name", 16 + 8],
  ])("are refused where %s points outside the string table", async (field, at) => {
    const bytes = edit().inSection(VERNEED, at, "word", 0xffff).bytes;
    expect(await findRefusal(bytes)).toContain(`${field} points outside the string table (offset 0xffff,`);
  });

  test("are refused in a version of the format that ld.so refuses, or at no address", async () => {
    expect(await findRefusal(edit().inSection(VERNEED, 0, "half", 2).bytes)).toContain("vn_version is 2, expected 1");
    expect(await findRefusal(edit().tag(DT.VERNEED, 0x7000_0000).bytes)).toContain("DT_VERNEED points to an address");
  });
});

describe.each(FORMATS)("the defined versions of a file for %s", (machine) => {
  const image = layoutElf({
    machine,
    soname: "libx.so.1",
    defines: [{ name: "X_1" }, { name: "X_2", parents: ["X_1"], weak: true }, { name: "X_3", parents: ["X_2", "X_1"] }],
  });
  const edit = (): ElfEditor => new ElfEditor(image);

  test("come in file order, with base, parents, flags and indices", async () => {
    expect((await parseBytes(image.bytes)).versions.definitions).toEqual([
      { name: "libx.so.1", parents: [], base: true, weak: false, index: 1 },
      { name: "X_1", parents: [], base: false, weak: false, index: 2 },
      { name: "X_2", parents: ["X_1"], base: false, weak: true, index: 3 },
      { name: "X_3", parents: ["X_2", "X_1"], base: false, weak: false, index: 4 },
    ]);
  });

  test("have a name whatever vd_cnt says, and no more parents than it says", async () => {
    const third = 28 + 28;
    const counts = async (count: number) =>
      (await parseBytes(edit().inSection(VERDEF, third + 6, "half", count).bytes)).versions.definitions[2];
    expect(await counts(0)).toMatchObject({ name: "X_2", parents: [] });
    expect(await counts(1)).toMatchObject({ name: "X_2", parents: [] });
    expect(await counts(0xffff)).toMatchObject({ name: "X_2", parents: ["X_1"] });
  });

  test("are followed to the end of the chain, whatever DT_VERDEFNUM says", async () => {
    expect((await parseBytes(edit().tag(DT.VERDEFNUM, 1).bytes)).versions.definitions).toHaveLength(4);
    const short = edit().inSection(VERDEF, 16, "word", 0).bytes;
    expect((await parseBytes(short)).versions.definitions.map(({ name }) => name)).toEqual(["libx.so.1"]);
  });

  test.each([
    ["vd_next", 16],
    ["vd_aux", 12],
  ])("are refused where %s points past the end", async (field, at) => {
    const bytes = edit().inSection(VERDEF, at, "word", 0x7fff_ffff).bytes;
    expect(await findRefusal(bytes)).toContain(`${field} points past the end`);
  });

  test("have no parents where those are nowhere: no loader reads them", async () => {
    const third = 28 + 28;
    const definitionOf = async (bytes: Uint8Array) => {
      const { damage, versions } = await parseBytes(bytes);
      return { damage, ...versions.definitions[2] };
    };
    const expected = { damage: undefined, name: "X_2", parents: [] };
    expect(await definitionOf(edit().inSection(VERDEF, third + 28, "word", 0xffff).bytes)).toMatchObject(expected);
    const far = edit().inSection(VERDEF, third + 20 + 4, "word", 0x7fff_ffff).bytes;
    expect(await definitionOf(far)).toMatchObject(expected);
  });

  test("are refused with a name outside, in another version of the format, or at no address", async () => {
    expect(await findRefusal(edit().inSection(VERDEF, 20, "word", 0xffff).bytes)).toContain("vda_name points outside");
    expect(await findRefusal(edit().inSection(VERDEF, 0, "half", 0).bytes)).toContain("vd_version is 0, expected 1");
    expect(await findRefusal(edit().tag(DT.VERDEF, 0x7000_0000).bytes)).toContain("DT_VERDEF points to an address");
  });
});

describe("the version of a symbol", () => {
  test("is the index of a definition or of a requirement, with the hidden bit", async () => {
    const { symbols, versions } = await parseBytes(
      buildElf({
        symbols: [
          { name: "old", version: "X_1", hidden: true },
          { name: "new", version: "X_2" },
          { name: "puts", version: "GLIBC_2.2.5", from: "libc.so.6" },
          { name: "plain" },
          { name: "nowhere", defined: false },
        ],
      }),
    );
    const versionOf = (name: string): number | undefined => symbols.version[findName(symbols.names, name) ?? -1];
    const definition = (name: string) => versions.definitions.find((each) => each.name === name)?.index ?? NaN;
    expect(versionOf("old")).toBe(definition("X_1") | 0x8000);
    expect(versionOf("new")).toBe(definition("X_2"));
    expect(versionOf("puts")).toBe(versions.requirements[0]?.index);
    expect([versionOf("plain"), versionOf("nowhere")]).toEqual([1, 0]);
  });

  test("is zero for all where DT_VERSYM is absent", async () => {
    const { symbols, versions } = await parseBytes(
      buildElf({ symbols: [{ name: "a" }, { name: "b", defined: false }] }),
    );
    expect(versions.hasSymbols).toBe(false);
    expect([...symbols.version]).toEqual([0, 0, 0]);
  });
});
