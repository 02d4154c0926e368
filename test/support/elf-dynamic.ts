/** The dynamic section of a file in the making: what it says itself, and where the tables are. */
import type { ByteWriter } from "./elf-bytes.js";
import type { ElfDescription } from "./elf-description.js";
import { EM_MIPS, type Machine } from "./elf-machines.js";
import type { StringTableWriter } from "./elf-strings.js";
import type { SectionPlaces } from "./elf-symbols.js";
import type { VersionPlan } from "./elf-versions.js";

/** DT_*, by the name of the gABI or its extensions. */
export const DT = {
  NULL: 0,
  NEEDED: 1,
  PLTRELSZ: 2,
  PLTGOT: 3,
  HASH: 4,
  STRTAB: 5,
  SYMTAB: 6,
  RELA: 7,
  RELASZ: 8,
  RELAENT: 9,
  STRSZ: 10,
  SYMENT: 11,
  SONAME: 14,
  RPATH: 15,
  SYMBOLIC: 16,
  REL: 17,
  RELSZ: 18,
  RELENT: 19,
  PLTREL: 20,
  JMPREL: 23,
  BIND_NOW: 24,
  RUNPATH: 29,
  FLAGS: 30,
  RELRSZ: 35,
  RELR: 36,
  RELRENT: 37,
  MIPS_RLD_VERSION: 0x70000001,
  MIPS_FLAGS: 0x70000005,
  MIPS_BASE_ADDRESS: 0x70000006,
  MIPS_LOCAL_GOTNO: 0x7000000a,
  MIPS_SYMTABNO: 0x70000011,
  MIPS_GOTSYM: 0x70000013,
  GNU_HASH: 0x6ffffef5,
  VERSYM: 0x6ffffff0,
  FLAGS_1: 0x6ffffffb,
  VERDEF: 0x6ffffffc,
  VERDEFNUM: 0x6ffffffd,
  VERNEED: 0x6ffffffe,
  VERNEEDNUM: 0x6fffffff,
  AUXILIARY: 0x7ffffffd,
  FILTER: 0x7fffffff,
} as const;

interface DynamicParts {
  readonly description: ElfDescription;
  readonly machine: Machine;
  readonly versions: VersionPlan;
  readonly strings: StringTableWriter;
  /** how many, the null symbol included */
  readonly symbols: number;
  readonly places: SectionPlaces;
}

export function writeDynamic(writer: ByteWriter, parts: DynamicParts): void {
  for (const [tag, value] of [...names(parts), ...tables(parts), ...relocations(parts), ...settings(parts)]) {
    writer.address(tag).address(value);
  }
  writer.address(DT.NULL).address(0);
}

type Tag = readonly [tag: number, value: number];

function names({ description, strings }: DynamicParts): Tag[] {
  const put = (tag: number, texts: readonly (string | undefined)[] = []): Tag[] =>
    texts.filter((text) => text !== undefined).map((text) => [tag, strings.add(text)]);
  const { needed, soname, rpath, runpath, auxiliary, filter } = description;
  return [
    ...put(DT.NEEDED, needed),
    ...put(DT.SONAME, [soname]),
    ...put(DT.RPATH, [rpath]),
    ...put(DT.RUNPATH, [runpath]),
    ...put(DT.AUXILIARY, auxiliary),
    ...put(DT.FILTER, filter),
  ];
}

function tables({ machine, versions, symbols, places }: DynamicParts): Tag[] {
  const at = (tag: number, section: string): Tag[] =>
    places.sizeOf(section) > 0 ? [[tag, places.addressOf(section)]] : [];
  const mips: Tag[] = [
    [DT.MIPS_RLD_VERSION, 1],
    [DT.MIPS_FLAGS, 2],
    [DT.MIPS_BASE_ADDRESS, 0],
    [DT.MIPS_LOCAL_GOTNO, 0],
    [DT.MIPS_SYMTABNO, symbols],
    [DT.MIPS_GOTSYM, symbols],
  ];
  return [
    ...at(DT.HASH, ".hash"),
    ...at(DT.GNU_HASH, ".gnu.hash"),
    ...at(DT.STRTAB, ".dynstr"),
    ...at(DT.SYMTAB, ".dynsym"),
    [DT.STRSZ, places.sizeOf(".dynstr")],
    [DT.SYMENT, machine.class === 64 ? 24 : 16],
    ...at(DT.VERSYM, ".gnu.version"),
    ...counted(at(DT.VERDEF, ".gnu.version_d"), DT.VERDEFNUM, versions.definitions.length),
    ...counted(at(DT.VERNEED, ".gnu.version_r"), DT.VERNEEDNUM, versions.needs.length),
    ...(machine.machine === EM_MIPS ? mips : []),
  ];
}

function counted(table: Tag[], tag: number, count: number): Tag[] {
  return table.length === 0 ? [] : [...table, [tag, count]];
}

function relocations({ description, machine, places }: DynamicParts): Tag[] {
  const word = machine.class / 8;
  const [start, size, entry, prefix] = machine.rela
    ? [DT.RELA, DT.RELASZ, DT.RELAENT, ".rela"]
    : [DT.REL, DT.RELSZ, DT.RELENT, ".rel"];
  const plain = places.sizeOf(`${prefix}.dyn`);
  const plt = places.sizeOf(`${prefix}.plt`);
  const tags: Tag[] = [];
  if (plain > 0 || (plt > 0 && description.overlappingJmprel === true)) {
    const first = plain > 0 ? `${prefix}.dyn` : `${prefix}.plt`;
    tags.push([start, places.addressOf(first)]);
    tags.push([size, plain + (description.overlappingJmprel === true ? plt : 0)]);
    tags.push([entry, (machine.rela ? 3 : 2) * word]);
  }
  if (plt > 0) {
    tags.push([DT.PLTGOT, places.addressOf(".got.plt")], [DT.PLTREL, start]);
    tags.push([DT.JMPREL, places.addressOf(`${prefix}.plt`)], [DT.PLTRELSZ, plt]);
  }
  if (description.relr === true) {
    tags.push([DT.RELR, places.addressOf(".relr.dyn")], [DT.RELRSZ, places.sizeOf(".relr.dyn")], [DT.RELRENT, word]);
  }
  return tags;
}

function settings({ description }: DynamicParts): Tag[] {
  const { symbolic, bindNow, dynamicFlags, dynamicFlags1, tags = [] } = description;
  return [
    ...(symbolic === true ? [[DT.SYMBOLIC, 0] as const] : []),
    ...(bindNow === true ? [[DT.BIND_NOW, 0] as const] : []),
    ...(dynamicFlags === undefined ? [] : [[DT.FLAGS, dynamicFlags] as const]),
    ...(dynamicFlags1 === undefined ? [] : [[DT.FLAGS_1, dynamicFlags1] as const]),
    ...tags,
  ];
}
