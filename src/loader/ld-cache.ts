/**
 * /etc/ld.so.cache in its binary form: a sorted table from sonames to paths that ldconfig wrote, with the glibc-hwcaps folders as
 * an extension. A loader that cannot validate it goes on without; so does this reader. What a loader makes of it is told by
 * cache-lookup.ts.
 * Mirrors elf/dl-cache.c and sysdeps/generic/dl-cache.h of glibc.
 */
const OLD_MAGIC = "ld.so-1.7.0";
const NEW_MAGIC = "glibc-ld.so.cache1.1";
const HEADER_SIZE = 48;
const ENTRY_SIZE = 24;
const OLD_HEADER_SIZE = 16;
const OLD_ENTRY_SIZE = 12;
const EXTENSION_MAGIC = 0xeaa42174;
const TAG_GENERATOR = 0;
const TAG_HWCAPS = 1;
/** bit 62 of the hwcap field: the low word is an index into the extension's names */
const HWCAP_EXTENSION_HIGH = 1 << 30;
/** bits 32 to 41: the ISA level that a file in such a folder says it needs */
const ISA_LEVEL_HIGH = 0x3ff;
/** PATH_MAX: no name or path is longer */
const MAX_STRING = 4096;
/** a soname is mostly the tail of its path, so the strings of all entries are about twice their table */
const MAX_READ = 8;
/** kinds of extensions that are read; there are two */
const MAX_SECTIONS = 16;

/** The hwcap field of an entry: its upper and its lower 32 bits, which no number of JavaScript holds together. */
export interface HardwareBits {
  readonly high: number;
  readonly low: number;
}

export interface LdCacheEntry {
  readonly name: string;
  readonly path: string;
  /** type in the low byte, machine in the next */
  readonly flags: number;
  /** plain, in a glibc-hwcaps subfolder, or in an older sort of folder for certain hardware, of which the bits tell */
  readonly hwcaps:
    | { readonly kind: "none" }
    | { readonly kind: "glibc-hwcaps"; readonly name: string }
    | { readonly kind: "hardware"; readonly bits: HardwareBits };
}

export interface LdCache {
  readonly entries: ReadonlyMap<string, readonly LdCacheEntry[]>;
  /** folders whose libraries are in it, and are not known: of a cache that was played */
  readonly unread?: readonly string[];
  /** who wrote it: "ldconfig (Debian GLIBC 2.36-9) stable release version 2.36" */
  readonly generator?: string;
}

/** Whether a file starts as a cache does; no loader believes another one. */
export function isLdCache(head: Uint8Array): boolean {
  const text = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, NEW_MAGIC.length)).toString("latin1");
  return text.startsWith(OLD_MAGIC) || text === NEW_MAGIC;
}

/** The cache's content, or undefined where a loader would not believe it. */
export function parseLdCache(bytes: Uint8Array): LdCache | undefined {
  const start = findNewFormat(bytes);
  if (start === undefined) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, bytes.length - start);
  const little = findByteOrder(view);
  if (little === undefined) return undefined;
  const count = view.getUint32(20, little);
  if (HEADER_SIZE + count * ENTRY_SIZE > view.byteLength) return undefined;
  const stringAt = createStringReader(bytes.subarray(start));
  const { generator, hwcaps } = readExtensions(bytes, view.getUint32(32, little), little);
  const entries = new Map<string, LdCacheEntry[]>();
  for (let i = 0; i < count; i += 1) {
    const at = HEADER_SIZE + i * ENTRY_SIZE;
    const name = stringAt(view.getUint32(at + 4, little));
    const path = stringAt(view.getUint32(at + 8, little));
    if (name === undefined || path === undefined) return undefined;
    const entry: LdCacheEntry = {
      name,
      path,
      flags: view.getInt32(at, little),
      hwcaps: readHwcaps(view, at + 16, little, hwcaps),
    };
    const others = entries.get(name);
    if (others === undefined) entries.set(name, [entry]);
    else others.push(entry);
  }
  return { entries, ...(generator === undefined ? {} : { generator }) };
}

/**
 * Reads NUL-terminated strings by their offset; undefined for one that is no path. A table of a few bytes can point a million
 * times to one long string: what is read in all is kept to a few times the file, more than ldconfig ever needs.
 */
function createStringReader(bytes: Uint8Array): (offset: number) => string | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  let left = MAX_READ * bytes.length;
  return (offset) => {
    const range = text.subarray(Math.min(offset, text.length), offset + MAX_STRING);
    const end = range.indexOf(0);
    left -= end;
    return end === -1 || left < 0 ? undefined : range.toString("latin1", 0, end);
  };
}

/**
 * Byte 28 tells the byte order, in its low two bits: 2 little, 3 big, 0 in caches of ldconfig before 2.33, where the counts tell;
 * 1 is invalid.
 */
function findByteOrder(view: DataView): boolean | undefined {
  const flag = view.getUint8(28) & 3;
  if (flag === 1) return undefined;
  if (flag !== 0) return flag === 2;
  return view.getUint32(20, true) <= view.getUint32(20, false);
}

/**
 * The table of the new format may follow that of the old one, aligned as its 64-bit numbers are: to eight bytes, on i386 and
 * m68k to four.
 */
function findNewFormat(bytes: Uint8Array): number | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const isNewAt = (at: number): boolean =>
    at + HEADER_SIZE <= text.length && text.toString("latin1", at, at + NEW_MAGIC.length) === NEW_MAGIC;
  if (isNewAt(0)) return 0;
  if (text.length < OLD_HEADER_SIZE || text.toString("latin1", 0, OLD_MAGIC.length) !== OLD_MAGIC) return undefined;
  for (const count of [text.readUInt32LE(12), text.readUInt32BE(12)]) {
    const end = OLD_HEADER_SIZE + count * OLD_ENTRY_SIZE;
    const at = [Math.ceil(end / 8) * 8, end].find(isNewAt);
    if (at !== undefined) return at;
  }
  return undefined;
}

function readHwcaps(view: DataView, at: number, little: boolean, names: readonly string[]): LdCacheEntry["hwcaps"] {
  const low = view.getUint32(little ? at : at + 4, little);
  const high = view.getUint32(little ? at + 4 : at, little);
  if (low === 0 && high === 0) return { kind: "none" };
  const name = (high & ~ISA_LEVEL_HIGH) === HWCAP_EXTENSION_HIGH ? names[low] : undefined;
  return name === undefined ? { kind: "hardware", bits: { high, low } } : { kind: "glibc-hwcaps", name };
}

/**
 * The extensions. Their offsets, and those of the names in them, count from the start of the file, behind an old table too: there
 * the names come out wrong, and no entry for better CPUs is ever taken. The loader reads them so, and ldconfig writes the names
 * otherwise.
 */
function readExtensions(
  bytes: Uint8Array,
  at: number,
  little: boolean,
): { generator?: string; hwcaps: readonly string[] } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (at === 0 || at + 8 > view.byteLength || view.getUint32(at, little) !== EXTENSION_MAGIC) return { hwcaps: [] };
  const count = Math.min(view.getUint32(at + 4, little), MAX_SECTIONS);
  const stringAt = createStringReader(bytes);
  let generator: string | undefined;
  let hwcaps: readonly string[] = [];
  for (let section = at + 8; section < at + 8 + 16 * count && section + 16 <= view.byteLength; section += 16) {
    const tag = view.getUint32(section, little);
    const offset = view.getUint32(section + 8, little);
    const size = view.getUint32(section + 12, little);
    if (offset + size > view.byteLength) break;
    if (tag === TAG_GENERATOR) generator = Buffer.from(bytes.subarray(offset, offset + size)).toString("latin1");
    if (tag === TAG_HWCAPS) {
      const names = Array.from({ length: Math.floor(size / 4) }, (_, index) => offset + 4 * index);
      hwcaps = names.map((place) => stringAt(view.getUint32(place, little)) ?? "");
    }
  }
  return { ...(generator === undefined ? {} : { generator: generator.replace(/\0+$/, "") }), hwcaps };
}
