/**
 * Which files are libraries of a stack (MPI, a GPU's driver, a network), and what they say of themselves. A file is asked for its
 * symbols first; only the few that define what such a library defines are searched for texts, and of those the texts that the
 * knowledge names are kept, so that who has the facts and not the file can tell what it was.
 */
import { findReadOnlyData } from "../elf/read-only-data.js";
import type { MayDefine } from "../elf/gnu-hash.js";
import type { ElfObject } from "../elf/object.js";
import type { ByteSource } from "../elf/source.js";
import { findName, hashName, nameAt } from "../elf/symbol-names.js";
import { STACK_LIBRARIES } from "../knowledge/stack-libraries.js";
import type { StackLibrary } from "../knowledge/stack-library.js";

const CHUNK = 1 << 20;
/** No text looked for is longer; chunks overlap by this much so that none is cut in two. */
const OVERLAP = 1024;
const ANY = new Set(STACK_LIBRARIES.flatMap(({ defines }) => defines));
/** Whether one of those names has a hash with this end: most names of a file have not, and need not be made to be looked up. */
const ENDS = new Uint8Array(1 << 16);
for (const name of ANY) ENDS[hashName(name) & 0xffff] = 1;

/** The libraries that a file may be by what it defines; those that are told by nothing of the sort are not among them. */
export function listCandidates({ symbols }: ElfObject): readonly StackLibrary[] {
  const defined = new Set<string>();
  const { count, names, section } = symbols;
  for (let i = 0; i < count; i += 1) {
    if (ENDS[(names.hashes[i] as number) & 0xffff] === 0 || section[i] === 0) continue;
    const name = nameAt(names, i);
    if (ANY.has(name)) defined.add(name);
  }
  if (defined.size === 0) return [];
  return STACK_LIBRARIES.filter(({ defines }) => defines.length > 0 && defines.every((name) => defined.has(name)));
}

/** By library, the hashes of what it defines. */
const HASHES = STACK_LIBRARIES.flatMap(({ defines }) => (defines.length === 0 ? [] : [defines.map(hashName)]));

/** Whether a file may be one of those libraries, which its symbols would tell. */
export function mayBeCandidate(mayDefine: MayDefine): boolean {
  return HASHES.some((hashes) => hashes.every(mayDefine));
}

/** Whether a symbol of that name is in a file's table, defined or not. */
export function hasSymbol({ symbols }: ElfObject, name: string): boolean {
  return findName(symbols.names, name) !== undefined;
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
