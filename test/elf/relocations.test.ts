/** Relocations: which symbols are bound when, on every machine. */
import { describe, expect, test } from "vitest";
import { USE_COPY, USE_EAGER, USE_LAZY, USE_OPTIONAL_TLS, USE_STATIC_TLS } from "../../src/elf/object.js";
import { buildElf, layoutElf, type ElfDescription } from "../support/elf-builder.js";
import type { SymbolDescription } from "../support/elf-description.js";
import { DT } from "../support/elf-dynamic.js";
import { ElfEditor } from "../support/elf-editor.js";
import { MACHINES, type MachineName } from "../support/elf-machines.js";
import { findRefusal, parseBytes } from "../support/elf-refusal.js";
import { findName, listNames } from "../../src/elf/symbol-names.js";

const SYMBOLS: readonly SymbolDescription[] = [
  { name: "called", defined: false, uses: ["lazy"] },
  { name: "read", defined: false, uses: ["eager"] },
  { name: "called_and_read", defined: false, uses: ["lazy", "eager"] },
  { name: "unused", defined: false, uses: [] },
  { name: "copied", type: "object", uses: ["copy"] },
  { name: "own_called", uses: ["lazy"] },
];
const USES = {
  "": 0,
  called: USE_LAZY,
  read: USE_EAGER,
  called_and_read: USE_LAZY | USE_EAGER,
  unused: 0,
  copied: USE_COPY,
  own_called: USE_LAZY,
};

async function usesOf(bytes: Uint8Array): Promise<Record<string, number>> {
  const { symbols } = await parseBytes(bytes);
  return Object.fromEntries(listNames(symbols.names).map((name, i) => [name, symbols.uses[i] as number]));
}

function prefixOf(machine: MachineName): string {
  return MACHINES[machine].rela ? ".rela" : ".rel";
}

describe.each(Object.keys(MACHINES) as MachineName[])("the relocations of a file for %s", (machine) => {
  test("say how each symbol is used", async () => {
    expect(await usesOf(buildElf({ machine, symbols: SYMBOLS }))).toEqual(USES);
  });

  test("say the same where DT_RELA or DT_REL spans DT_JMPREL", async () => {
    expect(await usesOf(buildElf({ machine, symbols: SYMBOLS, overlappingJmprel: true }))).toEqual(USES);
  });

  test("say which thread-local data has a fixed offset", async () => {
    const hasDescriptors = "tlsDescriptor" in MACHINES[machine];
    const descriptor: SymbolDescription[] = !hasDescriptors
      ? []
      : [{ name: "described", type: "tls", defined: false, uses: ["tlsDescriptor"] }];
    const symbols: SymbolDescription[] = [
      { name: "own", type: "tls", uses: ["tpoff"] },
      { name: "fixed", type: "tls", defined: false, uses: ["tpoff"] },
      { name: "elsewhere", type: "tls", defined: false, uses: ["eager"] },
      ...descriptor,
    ];
    expect(await usesOf(buildElf({ machine, symbols, tls: { size: 16, alignment: 8 } }))).toEqual({
      "": 0,
      own: USE_EAGER | USE_STATIC_TLS,
      fixed: USE_EAGER | USE_STATIC_TLS,
      elsewhere: USE_EAGER,
      ...(!hasDescriptors ? {} : { described: USE_EAGER | USE_OPTIONAL_TLS }),
    });
  });

  test("bind functions at once outside DT_JMPREL", async () => {
    const image = layoutElf({ machine, symbols: SYMBOLS, overlappingJmprel: true });
    const [plt, jmprelSize] = [image.sections.get(`${prefixOf(machine)}.plt`), DT.PLTRELSZ];
    expect(plt?.size).toBeGreaterThan(0);
    const uses = await usesOf(new ElfEditor(image).tag(jmprelSize, 0).bytes);
    expect(uses).toEqual({ ...USES, called: USE_EAGER, called_and_read: USE_EAGER, own_called: USE_EAGER });
  });

  test("that name a symbol which is not there are refused", async () => {
    const image = layoutElf({ machine, symbols: [{ name: "f" }, { name: "g", defined: false }] });
    const { class: elfClass, data, machine: number } = MACHINES[machine];
    const name = `${prefixOf(machine)}.plt`;
    const edited = new ElfEditor(image);
    // r_info: the symbol's index is in the upper part, which MIPS64 has first in both byte orders.
    if (elfClass === 32) edited.inSection(name, 4, "word", 0x7700 | MACHINES[machine].lazy);
    else edited.inSection(name, data === "little" && number !== 8 ? 12 : 8, "word", 0x77);
    expect(await findRefusal(edited.bytes)).toContain("r_info names symbol 119 of 3");
  });
});

describe("relocation tables", () => {
  const SMALL: ElfDescription = { symbols: [{ name: "f" }, { name: "g", defined: false, uses: ["eager", "lazy"] }] };
  const edit = (): ElfEditor => new ElfEditor(layoutElf(SMALL));

  test.each([
    [DT.RELA, "DT_RELA"],
    [DT.JMPREL, "DT_JMPREL"],
  ])("at an address that no segment maps are refused (tag %i)", async (tag, name) => {
    const message = await findRefusal(edit().tag(tag, 0x7000_0000).bytes);
    expect(message).toContain(`${name} points to an address that no segment maps`);
  });

  test.each([
    [DT.RELASZ, "DT_RELA"],
    [DT.PLTRELSZ, "DT_JMPREL"],
  ])("larger than their segment are refused (tag %i)", async (tag, name) => {
    for (const size of [0x10000, 2n ** 63n]) {
      expect(await findRefusal(edit().tag(tag, size).bytes)).toContain(`${name} is larger than its segment`);
    }
  });

  test("with a part of an entry at the end are read up to there", async () => {
    expect(await usesOf(edit().tag(DT.RELASZ, 23).bytes)).toMatchObject({ g: USE_LAZY });
    expect(await usesOf(edit().tag(DT.PLTRELSZ, 47).bytes)).toMatchObject({ g: USE_LAZY | USE_EAGER });
  });

  test("DT_PLTREL says how large the entries of DT_JMPREL are", async () => {
    const bytes = edit().tag(DT.PLTREL, DT.REL).bytes;
    const { symbols } = await parseBytes(bytes);
    // Read as REL, the one entry of 24 bytes is one of 16 bytes and a rest: the same symbol is found.
    expect(symbols.uses[findName(symbols.names, "g") ?? -1]).toBe(USE_LAZY | USE_EAGER);
  });
});

describe("relocations of one machine", () => {
  test("SPARC V9 keeps data above the low byte of the type", async () => {
    const image = layoutElf({ machine: "sparc64", symbols: [{ name: "g", defined: false, uses: ["lazy"] }] });
    const bytes = new ElfEditor(image).inSection(".rela.plt", 12, "word", 0x12345600 | MACHINES.sparc64.lazy).bytes;
    expect(await usesOf(bytes)).toMatchObject({ g: USE_LAZY });
  });

  test("a type that the table does not know is bound at once", async () => {
    const image = layoutElf({ symbols: [{ name: "g", defined: false, uses: ["lazy"] }] });
    const bytes = new ElfEditor(image).inSection(".rela.plt", 8, "word", 0x7777).bytes;
    expect(await usesOf(bytes)).toMatchObject({ g: USE_EAGER });
  });

  test.each(["mips", "mipsel", "mips64", "mips64el"] as const)(
    "%s fills its GOT without relocations",
    async (machine) => {
      const symbols: SymbolDescription[] = [
        { name: "a", defined: false, uses: [] },
        { name: "b", defined: false, uses: [] },
      ];
      const image = layoutElf({ machine, symbols });
      expect(await usesOf(image.bytes)).toEqual({ "": 0, a: 0, b: 0 });
      const one = new ElfEditor(image).tag(DT.MIPS_GOTSYM, 2).bytes;
      expect(await usesOf(one)).toEqual({ "": 0, a: 0, b: USE_EAGER });
    },
  );

  test("MIPS without a hash table has DT_MIPS_SYMTABNO symbols", async () => {
    const bytes = buildElf({ machine: "mips", hash: "none", symbols: [{ name: "a" }, { name: "b" }] });
    expect(listNames((await parseBytes(bytes)).symbols.names)).toEqual(["", "a", "b"]);
  });
});
