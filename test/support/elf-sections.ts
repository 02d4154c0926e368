/** The sections of a file in the making: what stands in each, in the order of the file. */
import type { ByteWriter } from "./elf-bytes.js";
import type { ElfDescription } from "./elf-description.js";
import { writeDynamic } from "./elf-dynamic.js";
import { writeGnuHash, writeSysvHash } from "./elf-hash.js";
import { EM_MIPS, type Machine } from "./elf-machines.js";
import { planNotes } from "./elf-notes.js";
import { planRelocations, writeRelocations, type Relocation } from "./elf-relocations.js";
import { StringTableWriter } from "./elf-strings.js";
import {
  orderSymbols,
  placeSymbols,
  SYMBOL_ROOM,
  writeSymbols,
  type SectionPlaces,
  type SymbolOrder,
} from "./elf-symbols.js";
import { planVersions, writeDefinitions, writeNeeds } from "./elf-versions.js";

const SHT = {
  progbits: 1,
  strtab: 3,
  rela: 4,
  hash: 5,
  dynamic: 6,
  note: 7,
  nobits: 8,
  rel: 9,
  dynsym: 11,
  relr: 19,
  gnuHash: 0x6ffffff6,
  verdef: 0x6ffffffd,
  verneed: 0x6ffffffe,
  versym: 0x6fffffff,
} as const;
const SHF = { write: 1, alloc: 2, exec: 4, tls: 0x400 } as const;
/** The x86-64 Linux calls of exit(0), so that a program of the builder can be run. */
const EXIT_X86_64 = [0xb8, 60, 0, 0, 0, 0x31, 0xff, 0x0f, 0x05];

export interface SectionPlan {
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly align: number;
  readonly entrySize?: number;
  /** sh_link, by name */
  readonly link?: string;
  readonly info?: number;
  write(writer: ByteWriter, places: SectionPlaces): void;
}

/** Read-only sections first, then those of the segment that can be written. */
export function planSections(description: ElfDescription, machine: Machine): SectionPlan[] {
  const order = orderSymbols(description.symbols ?? []);
  const notes = planNotes(description.notes ?? {}, machine.class === 64 ? 8 : 4);
  const sections: SectionPlan[] = [];
  const { interp } = description;
  if (interp !== undefined) {
    const write = (writer: ByteWriter): unknown => writer.raw(Buffer.from(`${interp}\0`, "latin1"));
    sections.push(progbits(".interp", 0, 1, write));
  }
  for (const note of notes) {
    sections.push({ ...note, type: SHT.note, flags: SHF.alloc, write: (writer) => note.write(writer) });
  }
  const { readOnly } = description;
  if (readOnly !== undefined)
    sections.push(progbits(".rodata", 0, 1, (writer) => writer.raw(Buffer.from(readOnly, "latin1"))));
  const linked = description.dynamic === false ? undefined : planLinking(description, machine, order);
  sections.push(...(linked?.tables ?? []), planText(machine, order), ...(linked?.writable ?? []));
  sections.push(planData(description, machine, order));
  if (description.tls !== undefined) {
    const { size, alignment } = description.tls;
    const flags = SHF.alloc | SHF.write | SHF.tls;
    const write = (writer: ByteWriter): unknown => writer.zeros(size);
    sections.push({ name: ".tbss", type: SHT.nobits, flags, align: Math.max(1, alignment), write });
  }
  return sections;
}

function progbits(name: string, flags: number, align: number, write: SectionPlan["write"]): SectionPlan {
  return { name, type: SHT.progbits, flags: SHF.alloc | flags, align, write };
}

function planText(machine: Machine, order: SymbolOrder): SectionPlan {
  const room = countRoom(order, ".text");
  return progbits(".text", SHF.exec, 16, (writer) => {
    const isX86 = machine.machine === 62;
    for (let i = 0; i < room; i += 1) writer.byte(isX86 ? 0xc3 : 0);
    writer.raw(isX86 && machine.class === 64 ? EXIT_X86_64 : []).align(16);
  });
}

function planData(description: ElfDescription, machine: Machine, order: SymbolOrder): SectionPlan {
  const room = countRoom(order, ".data");
  return progbits(".data", SHF.write, 16, (writer) => {
    // The last word is what DT_RELR relocates.
    writer.zeros(room).raw(Buffer.from(description.contents ?? "", "latin1"));
    writer.align(machine.class / 8).address(0);
  });
}

function countRoom(order: SymbolOrder, section: string): number {
  return placeSymbols(order.symbols).filter((place) => place?.section === section).length * SYMBOL_ROOM;
}

/** What the dynamic section leads to, and itself. */
function planLinking(description: ElfDescription, machine: Machine, order: SymbolOrder) {
  const strings = new StringTableWriter();
  const versions = planVersions(description);
  const relocations = planRelocations(order.symbols);
  const word = machine.class / 8;
  const table = (name: string, type: number, align: number, write: SectionPlan["write"]): SectionPlan => ({
    name,
    type,
    flags: SHF.alloc,
    align,
    write,
  });
  const tables: SectionPlan[] = [...planHashes(description, machine, order)];
  tables.push({
    ...table(".dynsym", SHT.dynsym, word, (writer, places) => writeSymbols(writer, order.symbols, strings, places)),
    ...{ entrySize: word === 8 ? 24 : 16, link: ".dynstr", info: order.firstGlobal },
  });
  tables.push(table(".dynstr", SHT.strtab, 1, (writer) => writer.raw(strings.toBytes())));
  if (versions.definitions.length + versions.needs.length > 0) {
    const write = (writer: ByteWriter): void => {
      writer.half(0);
      for (const symbol of order.symbols) writer.half(versions.indexOf(symbol));
    };
    tables.push({ ...table(".gnu.version", SHT.versym, 2, write), entrySize: 2, link: ".dynsym" });
  }
  if (versions.definitions.length > 0) {
    const plan = table(".gnu.version_d", SHT.verdef, word, (writer) => writeDefinitions(writer, versions, strings));
    tables.push({ ...plan, link: ".dynstr", info: versions.definitions.length });
  }
  if (versions.needs.length > 0) {
    const plan = table(".gnu.version_r", SHT.verneed, word, (writer) => writeNeeds(writer, versions, strings));
    tables.push({ ...plan, link: ".dynstr", info: versions.needs.length });
  }
  tables.push(...planRelocationTables(machine, order, relocations));
  if (description.relr === true) {
    const write: SectionPlan["write"] = (writer, { addressOf, sizeOf }) =>
      writer.address(Math.max(0, addressOf(".data") + sizeOf(".data") - word));
    tables.push({ ...table(".relr.dyn", SHT.relr, word, write), entrySize: word });
  }
  const got = (name: string, words: number): SectionPlan =>
    progbits(name, SHF.write, word, (writer) => writer.zeros(words * word));
  const eager = relocations.filter(({ use }) => use === "eager").length;
  const lazy = relocations.filter(({ use }) => use === "lazy").length;
  const dynamic: SectionPlan = {
    ...table(".dynamic", SHT.dynamic, word, (writer, places) =>
      writeDynamic(writer, { description, machine, versions, strings, symbols: order.symbols.length + 1, places }),
    ),
    ...{ flags: SHF.alloc | SHF.write, entrySize: 2 * word, link: ".dynstr" },
  };
  const writable = [dynamic];
  if (eager > 0) writable.push(got(".got", eager));
  if (lazy > 0) writable.push(got(".got.plt", lazy + 3));
  return { tables, writable };
}

function planHashes(description: ElfDescription, machine: Machine, order: SymbolOrder): SectionPlan[] {
  const style = description.hash ?? (machine.machine === EM_MIPS ? "sysv" : "gnu");
  const names = order.symbols.map(({ name }) => name);
  const base = { flags: SHF.alloc, align: machine.class / 8, link: ".dynsym" };
  const plans: SectionPlan[] = [];
  if (style === "sysv" || style === "both") {
    const entrySize = machine.hashEntrySize;
    const write = (writer: ByteWriter): void => writeSysvHash(writer, ["", ...names], entrySize);
    plans.push({ ...base, name: ".hash", type: SHT.hash, entrySize, write });
  }
  if (style === "gnu" || style === "both") {
    const first = order.firstDefined;
    const write = (writer: ByteWriter): void => writeGnuHash(writer, names.slice(first - 1), first);
    plans.push({ ...base, name: ".gnu.hash", type: SHT.gnuHash, write });
  }
  return plans;
}

/** `.rela.dyn` and `.rela.plt`, one behind the other; `.rel.*` where the machine keeps addends elsewhere. */
function planRelocationTables(machine: Machine, order: SymbolOrder, relocations: readonly Relocation[]): SectionPlan[] {
  const word = machine.class / 8;
  const placed = placeSymbols(order.symbols);
  const prefix = machine.rela ? ".rela" : ".rel";
  const groups = [
    { name: `${prefix}.dyn`, members: relocations.filter(({ use }) => use !== "lazy") },
    { name: `${prefix}.plt`, members: relocations.filter(({ use }) => use === "lazy") },
  ];
  return groups
    .filter(({ members }) => members.length > 0)
    .map(({ name, members }) => ({
      name,
      type: machine.rela ? SHT.rela : SHT.rel,
      flags: SHF.alloc,
      align: word,
      entrySize: (machine.rela ? 3 : 2) * word,
      link: ".dynsym",
      write(writer, { addressOf }) {
        const slots = members.filter(({ use }) => use !== "copy");
        writeRelocations(writer, members, machine, (index) => {
          const relocation = members[index] as Relocation;
          const slot = slots.indexOf(relocation);
          if (relocation.use === "eager") return addressOf(".got") + slot * word;
          if (relocation.use === "lazy") return addressOf(".got.plt") + (slot + 3) * word;
          return addressOf(".data") + (placed[relocation.symbol - 1]?.offset ?? 0);
        });
      },
    }));
}
