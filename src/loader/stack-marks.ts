/**
 * Which files are libraries of a stack (MPI, a GPU's driver, a network), and what they say of themselves. A file is asked for its
 * symbols first; only the few that define what such a library defines are searched for texts, and of those the texts that the
 * knowledge names are kept, so that who has the facts and not the file can tell what it was.
 */
import { findReadOnlyData } from "../elf/read-only-data.js";
import type { ElfObject } from "../elf/object.js";
import type { ByteSource } from "../elf/source.js";
import { STACK_LIBRARIES } from "../knowledge/stack-libraries.js";
import type { StackLibrary } from "../knowledge/stack-library.js";

const CHUNK = 1 << 20;
/** No text looked for is longer; chunks overlap by this much so that none is cut in two. */
const OVERLAP = 1024;
const ANY = new Set(STACK_LIBRARIES.flatMap(({ defines }) => defines));
/** Whether one of those names has this first byte and length: most names of a file do not, and need not be hashed to be looked up. */
const SHAPES = new Uint8Array(1 << 13);
for (const name of ANY) SHAPES[shapeOf(name)] = 1;

/** The libraries that a file may be by what it defines; those that are told by nothing of the sort are not among them. */
export function listCandidates({ symbols }: ElfObject): readonly StackLibrary[] {
  const defined = new Set<string>();
  symbols.names.forEach((name, index) => {
    if (SHAPES[shapeOf(name)] !== 0 && ANY.has(name) && symbols.section[index] !== 0) defined.add(name);
  });
  if (defined.size === 0) return [];
  return STACK_LIBRARIES.filter(({ defines }) => defines.length > 0 && defines.every((name) => defined.has(name)));
}

function shapeOf(name: string): number {
  return ((name.charCodeAt(0) & 0x7f) << 6) | (name.length & 0x3f);
}

/** The texts that such a file holds and that the knowledge asks for; undefined where it is none, or holds none. */
export async function readStackTexts(source: ByteSource, elf: ElfObject): Promise<readonly string[] | undefined> {
  const patterns = new Set(listCandidates(elf).flatMap(listTexts));
  if (patterns.size === 0) return undefined;
  const found = new Set<string>();
  for (const { offset, length } of await findReadOnlyData(source)) {
    for (let at = 0; at < length && patterns.size > 0; at += CHUNK) {
      const size = Math.min(CHUNK + OVERLAP, length - at);
      const text = Buffer.from(source.read(offset + at, size)).toString("latin1");
      for (const pattern of patterns) {
        const match = pattern.exec(text);
        if (match === null) continue;
        found.add(match[0]);
        patterns.delete(pattern);
      }
    }
  }
  return found.size === 0 ? undefined : [...found];
}

function listTexts({ marks, version }: StackLibrary): readonly RegExp[] {
  return [...(marks?.texts ?? []), ...(version?.texts ?? [])];
}
