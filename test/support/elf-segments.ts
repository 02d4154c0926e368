/** The program headers of a file in the making. */
import type { ElfDescription } from "./elf-description.js";
import type { SectionPlan } from "./elf-sections.js";

/** PT_*, by the name of the gABI or its extensions. */
export const PT = {
  LOAD: 1,
  DYNAMIC: 2,
  INTERP: 3,
  NOTE: 4,
  PHDR: 6,
  TLS: 7,
  GNU_STACK: 0x6474e551,
  GNU_PROPERTY: 0x6474e553,
} as const;

const [R, W, X] = [4, 2, 1];
const SHF_WRITE = 1;
const SHT_NOTE = 7;
const SHT_NOBITS = 8;

export interface PlacedSection {
  readonly offset: number;
  readonly address: number;
  readonly size: number;
  /** of its section header */
  readonly index: number;
  readonly plan: SectionPlan;
}

export interface Segment {
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly address: number;
  readonly fileSize: number;
  readonly memorySize: number;
  readonly alignment: number;
}

/** Where the program headers start and end in the file, and the address of its first byte. */
interface HeaderPlace {
  readonly base: number;
  readonly start: number;
  readonly end: number;
}

export function planSegments(
  description: ElfDescription,
  sections: ReadonlyMap<string, PlacedSection>,
  { base, start, end }: HeaderPlace,
): Segment[] {
  const over = (name: string, type: number, flags: number): Segment[] => {
    const section = sections.get(name);
    return section === undefined ? [] : [cover(type, flags, [section], section.plan.align)];
  };
  const all = [...sections.values()];
  const kept = all.filter(({ plan }) => plan.type !== SHT_NOBITS);
  const writable = kept.filter(({ plan }) => (plan.flags & SHF_WRITE) !== 0);
  const readEnd = Math.max(
    end,
    ...kept.filter((each) => !writable.includes(each)).map((each) => each.offset + each.size),
  );
  const phdr = { type: PT.PHDR, flags: R, offset: start, address: base + start, alignment: 8 };
  const stack = description.stack ?? "plain";
  return [
    ...(description.interp === undefined ? [] : [{ ...phdr, fileSize: end - start, memorySize: end - start }]),
    ...over(".interp", PT.INTERP, R),
    {
      type: PT.LOAD,
      flags: R | X,
      offset: 0,
      address: base,
      fileSize: readEnd,
      memorySize: readEnd,
      alignment: 0x1000,
    },
    cover(PT.LOAD, R | W, writable, 0x1000),
    ...over(".dynamic", PT.DYNAMIC, R | W),
    ...all.filter(({ plan }) => plan.type === SHT_NOTE).flatMap(({ plan }) => over(plan.name, PT.NOTE, R)),
    ...over(".note.gnu.property", PT.GNU_PROPERTY, R),
    ...over(".tbss", PT.TLS, R).map((segment) => ({ ...segment, fileSize: 0 })),
    ...(stack === "unmarked" ? [] : [markStack(stack === "executable")]),
  ];
}

function cover(type: number, flags: number, sections: readonly PlacedSection[], alignment: number): Segment {
  const first = sections[0];
  const last = sections.at(-1);
  const size = first === undefined || last === undefined ? 0 : last.offset + last.size - first.offset;
  const place = { offset: first?.offset ?? 0, address: first?.address ?? 0 };
  return { type, flags, ...place, fileSize: size, memorySize: size, alignment };
}

function markStack(executable: boolean): Segment {
  const nothing = { offset: 0, address: 0, fileSize: 0, memorySize: 0, alignment: 16 };
  return { type: PT.GNU_STACK, flags: R | W | (executable ? X : 0), ...nothing };
}
