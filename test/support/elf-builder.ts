/**
 * ELF files from a plain description, for every test that needs one:
 *
 *     buildElf({
 *       soname: "libx.so.1",
 *       needed: ["libc.so.6"],
 *       symbols: [
 *         { name: "x_open", version: "X_1.0" },
 *         { name: "puts", version: "GLIBC_2.2.5", from: "libc.so.6" },
 *       ],
 *     });
 *
 * Every machine of elf-machines.ts can be built, on any machine and without a compiler. What symbols say of their versions goes
 * into the version tables; what they say of their use becomes relocations. The files are small (two segments, no padding) and
 * whole: readelf reads them without a warning, and the loader of an x86-64 machine loads and runs them.
 * `layoutElf` also tells where things are, for tests that break a file on purpose (elf-editor.ts).
 */
import { ByteWriter } from "./elf-bytes.js";
import type { ElfDescription } from "./elf-description.js";
import { MACHINES, type Machine } from "./elf-machines.js";
import { planSections, type SectionPlan } from "./elf-sections.js";
import { planSegments, type PlacedSection, type Segment } from "./elf-segments.js";
import { StringTableWriter } from "./elf-strings.js";
import type { SectionPlaces } from "./elf-symbols.js";

export type { ElfDescription } from "./elf-description.js";

const ET = { rel: 1, exec: 2, dyn: 3 } as const;
const PAGE = 0x1000;
const SHF_WRITE = 1;
const SHT_NOBITS = 8;

export interface ElfImage {
  readonly bytes: Uint8Array;
  readonly class: 32 | 64;
  readonly data: "little" | "big";
  readonly sections: ReadonlyMap<string, PlacedSection>;
  /** in the order of their headers, which stand behind the ELF header */
  readonly segments: readonly Segment[];
}

/** The bytes of the file that is described. */
export function buildElf(description: ElfDescription = {}): Uint8Array {
  return layoutElf(description).bytes;
}

/** The file that is described, and where its sections are. */
export function layoutElf(description: ElfDescription = {}): ElfImage {
  const usual: Machine = MACHINES[description.machine ?? "x86-64"];
  const machine: Machine = { ...usual, class: description.class ?? usual.class, data: description.data ?? usual.data };
  const plans = description.type === "rel" ? [] : planSections(description, machine);
  const headerSize = machine.class === 64 ? 64 : 52;
  const base = description.type === "exec" ? 0x400000 : 0;
  const toSegments = (placed: ReadonlyMap<string, PlacedSection>, end: number): Segment[] =>
    plans.length === 0 ? [] : planSegments(description, placed, { base, start: headerSize, end });
  const unplaced = toPlaced(plans, () => 0);
  const start = headerSize + toSegments(unplaced, 0).length * (machine.class === 64 ? 56 : 32);
  const sections = placeSections(plans, machine, start, base);
  const segments = toSegments(sections, start);
  const places = toPlaces(sections);
  const body = new ByteWriter(machine).zeros(start);
  for (const section of sections.values()) {
    if (section.plan.type === SHT_NOBITS) continue;
    body.zeros(section.offset - body.length);
    section.plan.write(body, places);
  }
  const tail = description.sectionHeaders === false ? undefined : writeSectionHeaders(machine, sections, body.length);
  const entry = description.interp !== undefined || description.type === "exec" ? findEntry(sections, machine) : 0;
  const head = new ByteWriter(machine);
  head.raw([0x7f, 0x45, 0x4c, 0x46, machine.class === 64 ? 2 : 1, machine.data === "little" ? 1 : 2, 1]);
  head
    .byte(description.osAbi ?? 0)
    .byte(description.abiVersion ?? 0)
    .zeros(7);
  head
    .half(ET[description.type ?? "dyn"])
    .half(machine.machine)
    .word(1)
    .address(entry);
  head.address(segments.length === 0 ? 0 : headerSize).address(tail?.offset ?? 0);
  head.word(description.flags ?? machine.flags).half(headerSize);
  head.half(machine.class === 64 ? 56 : 32).half(segments.length);
  head
    .half(machine.class === 64 ? 64 : 40)
    .half(tail?.count ?? 0)
    .half(tail === undefined ? 0 : tail.count - 1);
  for (const segment of segments) writeSegment(head, segment);
  const bytes = Buffer.concat([head.toBytes(), body.toBytes().subarray(start), tail?.bytes ?? new Uint8Array(0)]);
  return { bytes: new Uint8Array(bytes), class: machine.class, data: machine.data, sections, segments };
}

/** Offsets one behind the other; what can be written is a page further in memory, so that no page is shared. */
function placeSections(
  plans: readonly SectionPlan[],
  machine: Machine,
  start: number,
  base: number,
): ReadonlyMap<string, PlacedSection> {
  const names = new Set(plans.map(({ name }) => name));
  const unplaced = { addressOf: () => 0, sizeOf: (name: string) => (names.has(name) ? 1 : 0), indexOf: () => 1 };
  const measure = (plan: SectionPlan): number => {
    const writer = new ByteWriter(machine);
    plan.write(writer, unplaced);
    return writer.length;
  };
  // Sections fill the string table as they are written: a first pass completes it, the second one measures.
  for (const plan of plans) measure(plan);
  let offset = start;
  return toPlaced(plans, (plan, placed) => {
    const alignment = Math.max(plan.align, 1);
    offset = Math.ceil(offset / alignment) * alignment;
    placed.offset = offset;
    placed.address = base + offset + ((plan.flags & SHF_WRITE) === 0 ? 0 : PAGE);
    const size = measure(plan);
    if (plan.type !== SHT_NOBITS) offset += size;
    return size;
  });
}

function toPlaced(
  plans: readonly SectionPlan[],
  place: (plan: SectionPlan, placed: { offset: number; address: number }) => number,
): ReadonlyMap<string, PlacedSection> {
  const sections = new Map<string, PlacedSection>();
  plans.forEach((plan, i) => {
    const placed = { offset: 0, address: 0 };
    const size = place(plan, placed);
    sections.set(plan.name, { ...placed, size, index: i + 1, plan });
  });
  return sections;
}

function toPlaces(sections: ReadonlyMap<string, PlacedSection>): SectionPlaces {
  return {
    addressOf: (name) => sections.get(name)?.address ?? 0,
    sizeOf: (name) => sections.get(name)?.size ?? 0,
    indexOf: (name) => sections.get(name)?.index ?? 0,
  };
}

/** The code behind the room of the symbols. */
function findEntry(sections: ReadonlyMap<string, PlacedSection>, machine: Machine): number {
  const text = sections.get(".text");
  if (text === undefined) return 0;
  return text.address + (machine.machine === 62 && machine.class === 64 ? text.size - 16 : 0);
}

function writeSegment(writer: ByteWriter, segment: Segment): void {
  writer.word(segment.type);
  if (writer.wordSize === 8) writer.word(segment.flags);
  writer.address(segment.offset).address(segment.address).address(segment.address);
  writer.address(segment.fileSize).address(segment.memorySize);
  if (writer.wordSize === 4) writer.word(segment.flags);
  writer.address(segment.alignment);
}

function writeSectionHeaders(machine: Machine, sections: ReadonlyMap<string, PlacedSection>, end: number) {
  const names = new StringTableWriter();
  const body = new ByteWriter(machine);
  const put = (name: number, type: number, flags: number, rest: readonly number[]): void => {
    body.word(name).word(type).address(flags);
    const [address = 0, offset = 0, size = 0, link = 0, info = 0, align = 0, entrySize = 0] = rest;
    body.address(address).address(offset).address(size).word(link).word(info).address(align).address(entrySize);
  };
  put(0, 0, 0, []);
  for (const { plan, address, offset, size } of sections.values()) {
    const link = plan.link === undefined ? 0 : (sections.get(plan.link)?.index ?? 0);
    const rest = [address, offset, size, link, plan.info ?? 0, plan.align, plan.entrySize ?? 0];
    put(names.add(plan.name), plan.type, plan.flags, rest);
  }
  const nameOffset = names.add(".shstrtab");
  const nameBytes = names.toBytes();
  put(nameOffset, 3, 0, [0, end, nameBytes.length, 0, 0, 1]);
  const padding = (8 - ((end + nameBytes.length) % 8)) % 8;
  const bytes = new Uint8Array(Buffer.concat([nameBytes, new Uint8Array(padding), body.toBytes()]));
  return { bytes, offset: end + nameBytes.length + padding, count: sections.size + 2 };
}
