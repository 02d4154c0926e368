/**
 * What `readelf -W -h -l -d -V -n --dyn-syms` says of files, in a form that a parsed file can be put into as well
 * (elf-object-facts.ts), so that the two can be compared.
 */

/** Sections of notes alone, as a PT_NOTE covers them: Go's linker leaves the build-id out of its own. */
const NOTE_SEGMENT = /^ {3}\d+ +(?:\.note\S* )*\.note\.gnu\.build-id /;

/** Each list in file order; numbers as readelf prints them. */
export interface ReadelfFacts {
  class: string;
  data: string;
  type: string;
  flags: string;
  interp: string[];
  /** p_memsz and p_align of PT_TLS, where it is not empty, as decimal numbers */
  tls: string[];
  /** whether PT_GNU_STACK has its X flag */
  stack: string;
  /** `NEEDED libc.so.6`, and so on */
  names: string[];
  dynamicFlags: string[];
  /** `libc.so.6 GLIBC_2.3 none 3` */
  requirements: string[];
  /** `GLIBC_2.3 none 3 [parents]` */
  definitions: string[];
  /** `FUNC WEAK DEFAULT UND 0 8 free@GLIBC_2.2.5 (2)` */
  symbols: string[];
  /** only of a note that a segment covers, which is where parseElf looks */
  buildId: string;
  hasNoteSegment: boolean;
  abiTag: string;
}

export const READELF_OPTIONS = ["-W", "-h", "-l", "-d", "-V", "-n", "--dyn-syms"] as const;

export function emptyFacts(): ReadelfFacts {
  return {
    ...{ class: "", data: "", type: "", flags: "", interp: [], tls: [], stack: "unmarked" },
    ...{
      names: [],
      dynamicFlags: [],
      requirements: [],
      definitions: [],
      symbols: [],
      buildId: "",
      abiTag: "",
      hasNoteSegment: false,
    },
  };
}

const SYMBOL =
  /^ *\d+: ([0-9a-f]+) +(\S+) (<.*?>: \d+|\S+) +(<.*?>: \d+|\S+) +(\S+) +(?:\[[^\]]*\] +)?(\S+)(?: (.*))?$/;
const NAMES = /^ 0x\w+ \((NEEDED|SONAME|RPATH|RUNPATH|AUXILIARY|FILTER)\) .*?: \[(.*)\]$/;
const FLAGS = /^ 0x\w+ \(FLAGS(?:_1)?\) +(?:Flags: )?(.*?) *$/;
const SEGMENT = /^ {2}(TLS|GNU_STACK) +0x\w+ 0x\w+ 0x\w+ 0x\w+ 0x(\w+) ([R ][W ][E ]) (?:0x)?(\w+)$/;
const NEED_FILE = /^ +(?:0x)?[0-9a-f]+: Version: \d+ {2}File: (.*) {2}Cnt: \d+$/;
const NEED = /^ +0x[0-9a-f]+: {3}Name: (.*) {2}Flags: (.*) {2}Version: (\d+)$/;
const DEFINITION = /^ +(?:0x)?[0-9a-f]+: Rev: \d+ {2}Flags: (.*) {2}Index: (\d+) {2}Cnt: \d+ {2}Name: (.*)$/;
const PARENT = /^ +0x[0-9a-f]+: Parent \d+: (.*)$/;
const PLAIN: readonly (readonly [RegExp, "class" | "data" | "type" | "flags" | "abiTag"])[] = [
  [/^ {2}Class: +(ELF\d+)$/, "class"],
  [/^ {2}Data: .*, (little|big) endian$/, "data"],
  [/^ {2}Type: +(\w+)/, "type"],
  [/^ {2}Flags: +0x([0-9a-f]+)/, "flags"],
  [/OS: \w+, ABI: ([\d.]+)/, "abiTag"],
];

/** Takes in one line of the answer about one file. */
export function addLine(facts: ReadelfFacts, line: string): void {
  const symbol = SYMBOL.exec(line);
  if (symbol !== null) {
    const [, value, size, type, binding, visibility, section, name = ""] = symbol;
    // A symbol for a section has no name of its own: readelf lends it the section's.
    const shown = type === "SECTION" ? "" : name;
    const numbers = `${BigInt(`0x${value}`)} ${Number(size)}`;
    facts.symbols.push(`${type} ${binding} ${visibility} ${section} ${numbers} ${shown}`.trimEnd());
    return;
  }
  const names = NAMES.exec(line);
  if (names !== null) facts.names.push(`${names[1]} ${names[2]}`);
  const flags = FLAGS.exec(line);
  if (flags !== null) facts.dynamicFlags.push(flags[1] as string);
  const segment = SEGMENT.exec(line);
  if (segment?.[1] === "TLS" && Number(`0x${segment[2]}`) > 0)
    facts.tls.push(`${Number(`0x${segment[2]}`)} ${Number(`0x${segment[4]}`)}`);
  if (segment?.[1] === "GNU_STACK") facts.stack = segment[3]?.includes("E") === true ? "executable" : "plain";
  const interp = /\[Requesting program interpreter: (.*)\]$/.exec(line);
  if (interp !== null) facts.interp.push(interp[1] as string);
  if (NOTE_SEGMENT.test(line)) facts.hasNoteSegment = true;
  const buildId = /Build ID: ([0-9a-f]+)/.exec(line);
  if (buildId !== null && facts.hasNoteSegment) facts.buildId = buildId[1] as string;
  addVersions(facts, line);
  for (const [pattern, field] of PLAIN) {
    const found = pattern.exec(line);
    if (found !== null) facts[field] = found[1] as string;
  }
}

function addVersions(facts: ReadelfFacts, line: string): void {
  const file = NEED_FILE.exec(line);
  // A file without versions does not occur; its line is replaced by the first version's.
  if (file !== null) facts.requirements.push(`${file[1]}\0`);
  const need = NEED.exec(line);
  if (need !== null) {
    const last = facts.requirements.at(-1) ?? "";
    const name = last.split("\0")[0] ?? "";
    if (last.endsWith("\0")) facts.requirements.pop();
    facts.requirements.push(`${name}\0 ${need[1]} ${need[2]} ${need[3]}`);
  }
  const definition = DEFINITION.exec(line);
  if (definition !== null) facts.definitions.push(`${definition[3]} ${definition[1]} ${definition[2]}`);
  const parent = PARENT.exec(line);
  if (parent !== null) facts.definitions.push(`${facts.definitions.pop()} < ${parent[1]}`);
}
