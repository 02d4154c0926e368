/** The dynamic symbol table: how its length is found, and what each record says. */
import { describe, expect, test } from "vitest";
import { USE_EAGER, USE_LAZY } from "../../src/elf/object.js";
import type { SymbolDescription } from "../support/elf-description.js";
import { buildElf, layoutElf } from "../support/elf-builder.js";
import { DT } from "../support/elf-dynamic.js";
import { ElfEditor } from "../support/elf-editor.js";
import { MACHINES, type MachineName } from "../support/elf-machines.js";
import { findRefusal, parseBytes } from "../support/elf-refusal.js";
import { PT } from "../support/elf-segments.js";
import { listNames, nameAt } from "../../src/elf/symbol-names.js";

const FORMATS: readonly MachineName[] = ["x86-64", "i386", "s390x", "ppc", "alpha"];
const SYMBOLS: readonly SymbolDescription[] = [
  { name: "needed_function", defined: false },
  { name: "needed_object", defined: false, type: "object" },
  ...Array.from({ length: 40 }, (_, i) => ({ name: `defined_${i}` })),
];

async function namesOf(bytes: Uint8Array): Promise<string[]> {
  return listNames((await parseBytes(bytes)).symbols.names).sort();
}

describe.each(FORMATS)("the symbols of a file for %s", (machine) => {
  const expected = ["", ...SYMBOLS.map(({ name }) => name)].sort();

  test.each(["gnu", "sysv", "both"] as const)("are counted by the hash table: %s", async (hash) => {
    expect(await namesOf(buildElf({ machine, hash, symbols: SYMBOLS }))).toEqual(expected);
  });

  test.each(["gnu", "none"] as const)("are as many as relocations use where nothing is defined: %s", async (hash) => {
    const symbols = SYMBOLS.slice(0, 2);
    const elf = await parseBytes(buildElf({ machine, hash, symbols }));
    expect(listNames(elf.symbols.names)).toEqual(["", "needed_function", "needed_object"]);
    expect([...elf.symbols.uses]).toEqual([0, USE_LAZY, USE_EAGER]);
  });

  test("are none without DT_SYMTAB, or with nothing that counts or uses them", async () => {
    const image = layoutElf({ machine, symbols: [{ name: "f" }] });
    const { symbols } = await parseBytes(new ElfEditor(image).renameTag(DT.SYMTAB, 0x6ffffe00).bytes);
    expect([symbols.count, ...listNames(symbols.names)]).toEqual([0]);
    // The null symbol is always there.
    const unused = await parseBytes(buildElf({ machine, hash: "none", symbols: [{ name: "f" }] }));
    expect(listNames(unused.symbols.names)).toEqual([""]);
  });

  test("that a table does not hold are refused", async () => {
    const image = layoutElf({ machine, hash: "sysv", symbols: SYMBOLS });
    const { hashEntrySize } = MACHINES[machine];
    const size = image.sections.get(".dynsym")?.size ?? 0;
    const word = hashEntrySize === 8 ? "address" : "word";
    const many = new ElfEditor(image).inSection(".hash", hashEntrySize, word, 100_000);
    expect(await findRefusal(many.bytes)).toContain("DT_SYMTAB would have 100000 symbols");
    const end = new ElfEditor(image).tag(DT.SYMTAB, loadEnd(image) - size + 1);
    expect(await findRefusal(end.bytes)).toContain("DT_SYMTAB would have 43 symbols");
  });

  test.each([
    [DT.SYMTAB, "DT_SYMTAB"],
    [DT.HASH, "DT_HASH"],
    [DT.GNU_HASH, "DT_GNU_HASH"],
    [DT.VERSYM, "DT_VERSYM"],
  ])("whose table (tag %i) is at an address that no segment maps are refused", async (tag, name) => {
    const hash = tag === DT.HASH ? "sysv" : "gnu";
    const image = layoutElf({ machine, hash, symbols: [{ name: "f", version: "V" }] });
    const message = await findRefusal(new ElfEditor(image).tag(tag, 0x7000_0000).bytes);
    expect(message).toContain(`${name} points to an address that no segment maps (offset 0x70000000,`);
  });

  test.each([
    ["that a relocation uses", { hash: "gnu", symbols: [{ name: "f", defined: false }] }],
    ["that is defined, and compared with every lookup of DT_HASH", { hash: "sysv", symbols: [{ name: "f" }] }],
  ] as const)("whose name is outside the string table are refused: one %s", async (_, description) => {
    const bytes = withNameOutside(layoutElf({ machine, ...description }));
    expect(await findRefusal(bytes)).toContain("st_name points outside the string table (offset 0xffff,");
  });

  test.each([
    ["that nothing uses", { hash: "sysv", symbols: [{ name: "f", defined: false, uses: [] }, { name: "g" }] }],
    ["that only its number in DT_GNU_HASH leads to", { hash: "gnu", symbols: [{ name: "f" }] }],
    ["the same beside a DT_HASH", { hash: "both", symbols: [{ name: "f" }] }],
  ] as const)("may have a name outside the string table: one %s", async (_, description) => {
    const elf = await parseBytes(withNameOutside(layoutElf({ machine, ...description })));
    expect(elf.damage).toBeUndefined();
    expect(listNames(elf.symbols.names).slice(0, 2)).toEqual(["", ""]);
  });

  test("that cannot be read are none, and everything else stands", async () => {
    const image = layoutElf({
      machine,
      needed: ["liba.so.1"],
      soname: "libx.so.1",
      symbols: [{ name: "f", version: "A_1", from: "liba.so.1" }],
    });
    const whole = await parseBytes(image.bytes);
    const elf = await parseBytes(new ElfEditor(image).tag(DT.SYMTAB, 0x7000_0000).bytes);
    expect(elf.damage).toMatchObject({ dependencies: "known" });
    expect(elf.symbols.count).toBe(0);
    expect({ ...elf, damage: undefined, symbols: whole.symbols }).toEqual({ ...whole, damage: undefined });
  });

  test("whose versions are cut off are refused", async () => {
    const image = layoutElf({ machine, symbols: SYMBOLS.map((symbol) => ({ ...symbol, version: "V", from: "f" })) });
    const bytes = new ElfEditor(image).tag(DT.VERSYM, loadEnd(image) - 2).bytes;
    expect(await findRefusal(bytes)).toContain("DT_VERSYM is shorter than the symbol table");
  });

  test("whose last chain in DT_GNU_HASH does not end are refused", async () => {
    const image = layoutElf({ machine, symbols: [{ name: "f" }] });
    const table = image.sections.get(".gnu.hash");
    if (table === undefined) throw new Error("no DT_GNU_HASH");
    // Everything behind the last chain's word is even: no end is found before the segment ends.
    const bytes = new ElfEditor(image).bytes;
    for (let at = table.offset + table.size - 4; at < loadEnd(image); at += 4) {
      bytes.fill(0, at, at + 4);
    }
    await expect(findRefusal(bytes)).resolves.toMatch(/DT_GNU_HASH chain points past the end|DT_SYMTAB would have/);
  });
});

describe("a symbol", () => {
  test.each<[string, Partial<SymbolDescription>, Record<string, number>]>([
    ["weak", { binding: "weak" }, { binding: 2 }],
    ["unique", { binding: "unique", type: "object" }, { binding: 10, type: 1 }],
    ["a common block", { type: "common" }, { type: 5 }],
    ["thread-local", { type: "tls" }, { type: 6 }],
    ["an indirect function", { type: "ifunc" }, { type: 10 }],
    ["protected", { visibility: "protected" }, { visibility: 3 }],
    ["hidden", { visibility: "hidden" }, { visibility: 2 }],
    ["absolute", { absolute: true, value: 0x1234 }, { section: 0xfff1, value: 0x1234 }],
    ["large", { size: 2 ** 40, value: 2 ** 41 }, { size: 2 ** 40, value: 2 ** 41 }],
  ])("that is %s comes back so", async (_, wanted, expected) => {
    const { symbols } = await parseBytes(
      buildElf({ tls: { size: 64, alignment: 8 }, symbols: [{ name: "s", ...wanted }] }),
    );
    const { binding, type, visibility, section, value, size } = symbols;
    const found = { binding, type, visibility, section, value, size };
    for (const [column, number] of Object.entries(expected)) {
      expect(found[column as keyof typeof found][1]).toBe(number);
    }
  });

  test("keeps its name byte for byte, and shares its tail with others", async () => {
    const { symbols } = await parseBytes(buildElf({ symbols: [{ name: "na\xefve\xff" }] }));
    expect(nameAt(symbols.names, 1)).toBe("na\xefve\xff");
    const image = layoutElf({ hash: "sysv", symbols: [{ name: "long_name" }, { name: "b" }] });
    const at = [...image.bytes.keys()].find(
      (i) => Buffer.from(image.bytes).toString("latin1", i, i + 9) === "long_name",
    );
    const strings = image.sections.get(".dynstr")?.offset ?? 0;
    const bytes = new ElfEditor(image).inSection(".dynsym", 2 * 24, "word", (at ?? 0) - strings + 5).bytes;
    expect(listNames((await parseBytes(bytes)).symbols.names)).toEqual(["", "long_name", "name"]);
  });
});

/** The file whose first symbol has a name that is nowhere. */
function withNameOutside(image: ReturnType<typeof layoutElf>): Uint8Array {
  return new ElfEditor(image).inSection(".dynsym", image.class === 64 ? 24 : 16, "word", 0xffff).bytes;
}

/** Where the read-only segment ends, which is an address as well. */
function loadEnd(image: ReturnType<typeof layoutElf>): number {
  return image.segments.find(({ type }) => type === PT.LOAD)?.fileSize ?? 0;
}
