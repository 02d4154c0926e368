/**
 * /etc/ld.so.cache in its binary form: a sorted table from sonames to paths that ldconfig wrote, with the glibc-hwcaps folders as
 * an extension. A loader that cannot validate it goes on without; so does this reader.
 * Mirrors elf/dl-cache.c and sysdeps/generic/dl-cache.h of glibc.
 */
import type { ProcessAbi } from "./abi.js";

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

export interface LdCacheEntry {
  readonly name: string;
  readonly path: string;
  /** type in the low byte, machine in the next */
  readonly flags: number;
  /** plain, in a glibc-hwcaps subfolder, or in a legacy one that loaders since 2.37 skip */
  readonly hwcaps:
    { readonly kind: "none" } | { readonly kind: "glibc-hwcaps"; readonly name: string } | { readonly kind: "legacy" };
}

export interface LdCache {
  readonly entries: ReadonlyMap<string, readonly LdCacheEntry[]>;
  /** who wrote it: "ldconfig (Debian GLIBC 2.36-9) stable release version 2.36" */
  readonly generator?: string;
}

/** The cache's content, or undefined where a loader would not believe it. */
export function parseLdCache(bytes: Uint8Array): LdCache | undefined {
  const start = findNewFormat(bytes);
  if (start === undefined) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, bytes.length - start);
  const little = view.getUint8(28) !== 3;
  const count = view.getUint32(20, little);
  if (HEADER_SIZE + count * ENTRY_SIZE > view.byteLength) return undefined;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, bytes.length - start);
  const stringAt = (offset: number): string | undefined => {
    const end = offset < text.length ? text.indexOf(0, offset) : -1;
    return end === -1 ? undefined : text.toString("latin1", offset, end);
  };
  const { generator, hwcaps } = readExtensions(view, little, stringAt, text);
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
 * The path that a loader takes from the cache for a name: the best glibc-hwcaps entry that the CPU can use, else the plain one.
 *
 * @param usable glibc-hwcaps names, best first; empty for loaders before 2.33
 */
export function findCacheEntry(
  cache: LdCache,
  name: string,
  abi: ProcessAbi,
  usable: readonly string[],
): string | undefined {
  const entries = (cache.entries.get(name) ?? []).filter(({ flags }) => acceptsFlags(abi, flags));
  for (const hwcap of usable) {
    const best = entries.find(({ hwcaps }) => hwcaps.kind === "glibc-hwcaps" && hwcaps.name === hwcap);
    if (best !== undefined) return best.path;
  }
  return entries.find(({ hwcaps }) => hwcaps.kind === "none")?.path;
}

/** Whether a process of this ABI takes an entry with these flags: the ports' _DL_CACHE_DEFAULT_ID. */
export function acceptsFlags(abi: ProcessAbi, flags: number): boolean {
  const required = requiredFlags(abi);
  return required === undefined ? (flags & 0xff) === 3 || (flags & 0xff) === 1 : required === flags;
}

function requiredFlags(abi: ProcessAbi): number | undefined {
  switch (abi.machine) {
    case 62:
      return abi.class === 64 ? 0x303 : 0x803;
    case 183:
      return 0x0a03;
    case 40:
      return (abi.flags & 0x400) !== 0 ? 0x903 : 0xb03;
    case 21:
      return 0x503;
    case 22:
      return abi.class === 64 ? 0x403 : undefined;
    case 43:
      return 0x103;
    case 243:
      return (abi.flags & 6) === 0 ? 0x0f03 : 0x1003;
    case 258:
      return (abi.flags & 7) === 1 ? 0x1103 : 0x1203;
    default:
      return undefined;
  }
}

/** The table of the new format may follow that of the old one, aligned to eight bytes. */
function findNewFormat(bytes: Uint8Array): number | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const isNewAt = (at: number): boolean =>
    at + HEADER_SIZE <= text.length && text.toString("latin1", at, at + NEW_MAGIC.length) === NEW_MAGIC;
  if (isNewAt(0)) return 0;
  if (text.length < OLD_HEADER_SIZE || text.toString("latin1", 0, OLD_MAGIC.length) !== OLD_MAGIC) return undefined;
  const count = text.readUInt32LE(12);
  const at = Math.ceil((OLD_HEADER_SIZE + count * OLD_ENTRY_SIZE) / 8) * 8;
  return isNewAt(at) ? at : undefined;
}

function readHwcaps(view: DataView, at: number, little: boolean, names: readonly string[]): LdCacheEntry["hwcaps"] {
  const low = view.getUint32(little ? at : at + 4, little);
  const high = view.getUint32(little ? at + 4 : at, little);
  if (low === 0 && high === 0) return { kind: "none" };
  const name = (high & HWCAP_EXTENSION_HIGH) !== 0 ? names[low] : undefined;
  return name === undefined ? { kind: "legacy" } : { kind: "glibc-hwcaps", name };
}

function readExtensions(
  view: DataView,
  little: boolean,
  stringAt: (offset: number) => string | undefined,
  text: Buffer,
): { generator?: string; hwcaps: readonly string[] } {
  const at = view.getUint32(32, little);
  if (at === 0 || at + 8 > view.byteLength || view.getUint32(at, little) !== EXTENSION_MAGIC) return { hwcaps: [] };
  const count = view.getUint32(at + 4, little);
  let generator: string | undefined;
  const hwcaps: string[] = [];
  for (let i = 0; i < count; i += 1) {
    const section = at + 8 + 16 * i;
    if (section + 16 > view.byteLength) break;
    const [tag, offset, size] = [
      view.getUint32(section, little),
      view.getUint32(section + 8, little),
      view.getUint32(section + 12, little),
    ];
    if (offset + size > view.byteLength) break;
    if (tag === TAG_GENERATOR) generator = text.toString("latin1", offset, offset + size).replace(/\0+$/, "");
    if (tag === TAG_HWCAPS)
      for (let j = 0; j + 4 <= size; j += 4) hwcaps.push(stringAt(view.getUint32(offset + j, little)) ?? "");
  }
  return { ...(generator === undefined ? {} : { generator }), hwcaps };
}
