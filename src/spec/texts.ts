/**
 * Text in an ELF file that says what it may ask for: names of the machine's libraries that it may dlopen, and the sentence with which a
 * loader refuses a CPU. The names are looked for as strings that end: "libcuda.so.1" with a NUL behind it.
 */
import type { ElfObject } from "../elf/object.js";
import type { Part } from "../elf/parts.js";
import type { ByteSource } from "../elf/source.js";
import { DRIVER_PROJECTS } from "../knowledge/drivers.js";
import { findProject } from "./drivers.js";
import type { NeedExtras } from "./facts.js";

const CHUNK = 1 << 20;
/** No text looked for is longer; chunks overlap by this much so that none is cut in two. */
const OVERLAP = 256;
const MAX_NAME = 64;
const BEGINNINGS = DRIVER_PROJECTS.flatMap(({ beginnings }) => beginnings);
const REFUSAL = "Fatal glibc error: CPU ";

/**
 * @param isLoader look for its refusals too
 * @param parts of the file that are looked at
 */
export function findTexts(
  body: ByteSource,
  { elf, isLoader, parts }: { readonly elf: ElfObject; readonly isLoader: boolean; readonly parts: readonly Part[] },
): Pick<NeedExtras, "driverNames" | "refusals"> {
  const names = new Set<string>();
  const refusals = new Set<string>();
  for (const { at, length } of parts.flatMap(toPieces)) {
    const bytes = Buffer.from(body.read(at, length));
    for (const beginning of BEGINNINGS) {
      for (const text of findAll(bytes, beginning, MAX_NAME)) if (findProject(text) !== undefined) names.add(text);
    }
    if (isLoader) for (const text of findAll(bytes, REFUSAL, OVERLAP)) refusals.add(text.trim());
  }
  // What it needs, and what it is called, stands in it as text too.
  for (const name of [...elf.needed, elf.soname ?? ""]) names.delete(name);
  return {
    ...(names.size === 0 ? {} : { driverNames: [...names].sort() }),
    ...(refusals.size === 0 ? {} : { refusals: [...refusals].sort() }),
  };
}

function toPieces({ offset, length }: Part): readonly { readonly at: number; readonly length: number }[] {
  return Array.from({ length: Math.ceil(length / CHUNK) }, (_, index) => index * CHUNK).map((at) => ({
    at: offset + at,
    length: Math.min(CHUNK + OVERLAP, length - at),
  }));
}

/** The strings that begin so and end with a NUL or a line's end, and with what no text was before them. */
function* findAll(bytes: Buffer, beginning: string, limit: number): Generator<string> {
  for (let at = bytes.indexOf(beginning); at !== -1; at = bytes.indexOf(beginning, at + 1)) {
    const rest = bytes.toString("latin1", at, at + limit);
    const end = rest.search(/[\0\n]/);
    const before = bytes[at - 1] ?? 0;
    // A path may stand before a name: "/usr/lib/libcuda.so.1" asks for it as well.
    if (end !== -1 && (before < 0x20 || before > 0x7e || before === 0x2f)) yield rest.slice(0, end);
  }
}
