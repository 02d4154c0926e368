/** A parsed file in readelf's words, and the question that compares the two. */
import type { Question } from "./elf-differential.js";
import type { ElfObject } from "../../src/elf/object.js";
import { addLine, emptyFacts, READELF_OPTIONS, type ReadelfFacts } from "./elf-readelf-facts.js";
import { nameAt } from "../../src/elf/symbol-names.js";

const TYPES = ["NONE", "REL", "EXEC", "DYN", "CORE"];
const SYMBOL_TYPES = ["NOTYPE", "OBJECT", "FUNC", "SECTION", "FILE", "COMMON", "TLS"];
const BINDINGS = ["LOCAL", "GLOBAL", "WEAK"];
const VISIBILITIES = ["DEFAULT", "INTERNAL", "HIDDEN", "PROTECTED"];
const STT_IFUNC = 10;
const STB_UNIQUE = 10;
const OSABI_SYSV = 0;
const OSABI_GNU = 3;
const SHN_UNDEF = 0;
const SHN_ABS = 0xfff1;
const SHN_COMMON = 0xfff2;
const HIDDEN = 0x8000;
const FLAGS = ["ORIGIN", "SYMBOLIC", "TEXTREL", "BIND_NOW", "STATIC_TLS"];
const FLAGS_1 = new Map([
  [0x1, "NOW"],
  [0x2, "GLOBAL"],
  [0x4, "GROUP"],
  [0x8, "NODELETE"],
  [0x10, "LOADFLTR"],
  [0x20, "INITFIRST"],
  [0x40, "NOOPEN"],
  [0x80, "ORIGIN"],
  [0x100, "DIRECT"],
  [0x400, "INTERPOSE"],
  [0x800, "NODEFLIB"],
  [0x8000000, "PIE"],
]);

/** Everything that parseElf says but the use of symbols, which elf-readelf-uses.ts asks for. */
export const CONTENTS: Question<ReadelfFacts> = {
  options: READELF_OPTIONS,
  createFacts: emptyFacts,
  addLine,
  findDifference(elf, facts) {
    const actual = toReadelfFacts(elf);
    // readelf finds notes of an object file in its sections, which no loader reads.
    const expected = facts.type === "REL" ? { ...facts, buildId: "", abiTag: "" } : facts;
    for (const field of Object.keys(expected) as (keyof ReadelfFacts)[]) {
      if (field === "hasNoteSegment") continue;
      const [wanted, got] = [toList(expected, field), toList(actual, field)];
      const at = wanted.findIndex((value, i) => value !== got[i]);
      if (at !== -1) return `${field}[${at}]: readelf "${wanted[at]}", parseElf "${got[at]}"`;
      if (wanted.length !== got.length) return `${field}: readelf has ${wanted.length}, parseElf ${got.length}`;
    }
    return undefined;
  },
};

/** parseElf keeps the order among tags of one kind only. */
function toList(facts: ReadelfFacts, field: Exclude<keyof ReadelfFacts, "hasNoteSegment">): readonly string[] {
  const list = [facts[field]].flat();
  return field === "names" || field === "dynamicFlags" ? sortByTag(list) : list;
}

function sortByTag(list: readonly string[]): string[] {
  const tagOf = (entry: string): string => entry.split(" ", 1)[0] as string;
  return [...list].sort((left, right) => (tagOf(left) < tagOf(right) ? -1 : tagOf(left) > tagOf(right) ? 1 : 0));
}

function toReadelfFacts(elf: ElfObject): ReadelfFacts {
  const named = (tag: string, names: readonly (string | undefined)[]): string[] =>
    names.filter((name) => name !== undefined).map((name) => `${tag} ${name}`);
  const { abiTag, buildId } = elf.notes;
  return {
    ...emptyFacts(),
    class: `ELF${elf.class}`,
    data: elf.data,
    type: TYPES[elf.type] ?? "",
    flags: elf.flags.toString(16),
    interp: elf.interp === undefined ? [] : [elf.interp],
    tls: elf.tls === undefined ? [] : [`${elf.tls.size} ${elf.tls.alignment}`],
    stack: elf.stack,
    names: [
      ...named("NEEDED", elf.needed),
      ...named("SONAME", [elf.soname]),
      ...named("RPATH", [elf.rpath]),
      ...named("RUNPATH", [elf.runpath]),
      ...elf.filtees.flatMap(({ name, required }) => named(required ? "FILTER" : "AUXILIARY", [name])),
    ],
    dynamicFlags: [
      FLAGS.filter((_, bit) => (elf.dynamicFlags & (1 << bit)) !== 0).join(" "),
      [...FLAGS_1]
        .filter(([bit]) => (elf.dynamicFlags1 & bit) !== 0)
        .map(([, word]) => word)
        .join(" "),
    ].filter((flags) => flags !== ""),
    requirements: elf.versions.requirements.map(
      ({ file, name, weak, index }) => `${file}\0 ${name} ${weak ? "WEAK" : "none"} ${index}`,
    ),
    definitions: elf.versions.definitions.map(({ name, parents, base, weak, index }) =>
      [`${name} ${toFlags(base, weak)} ${index}`, ...parents].join(" < "),
    ),
    symbols: [...toSymbols(elf)],
    buildId: buildId ?? "",
    abiTag: abiTag?.kernel.join(".") ?? "",
  };
}

function toFlags(base: boolean, weak: boolean): string {
  return [...(base ? ["BASE"] : []), ...(weak ? ["WEAK"] : [])].join(" | ") || "none";
}

function* toSymbols(elf: ElfObject): Generator<string> {
  const { symbols } = elf;
  for (let i = 0; i < symbols.count; i += 1) {
    const type = symbols.type[i] as number;
    const binding = symbols.binding[i] as number;
    const section = symbols.section[i] as number;
    const typeName =
      type === STT_IFUNC && (elf.osAbi === OSABI_GNU || elf.osAbi === OSABI_SYSV) ? "IFUNC" : SYMBOL_TYPES[type];
    const bindingName = binding === STB_UNIQUE && elf.osAbi === OSABI_GNU ? "UNIQUE" : BINDINGS[binding];
    const words = [
      typeName ?? toReserved(type),
      bindingName ?? toReserved(binding),
      VISIBILITIES[symbols.visibility[i] as number],
      section === SHN_UNDEF ? "UND" : section === SHN_ABS ? "ABS" : section === SHN_COMMON ? "COM" : section,
      symbols.value[i],
      symbols.size[i],
      `${nameAt(symbols.names, i)}${toVersion(elf, i)}`,
    ];
    yield words.join(" ").trimEnd();
  }
}

function toReserved(value: number): string {
  return value >= 13
    ? `<processor specific>: ${value}`
    : value >= 10
      ? `<OS specific>: ${value}`
      : `<unknown>: ${value}`;
}

/** As readelf prints it: @@ for the default version, @ for another one, and an index for a version that is needed. */
function toVersion({ symbols, versions }: ElfObject, i: number): string {
  const entry = symbols.version[i] as number;
  const index = entry & ~HIDDEN;
  if (entry === 0) return "";
  if (symbols.section[i] !== SHN_UNDEF && entry !== (HIDDEN | 1)) {
    const definition = versions.definitions.find((each) => each.index === index);
    if (definition?.index === 1 && definition.base) return "";
    // The symbol that GNU ld makes of a version itself is printed bare.
    if (definition?.name === nameAt(symbols.names, i) && symbols.section[i] === SHN_ABS) return "";
    if (definition !== undefined) return `${entry === index ? "@@" : "@"}${definition.name}`;
  }
  const need = versions.requirements.find((each) => each.index === index);
  return need === undefined ? "" : `@${need.name} (${need.index})`;
}
