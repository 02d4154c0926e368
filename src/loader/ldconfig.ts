/**
 * ldconfig, played on a root: which cache it would write, and which links it would make. Some runtimes run it in the container once
 * the mounts are in place. It is the one of the root's own glibc, with no arguments, and may write wherever no host folder is
 * mounted.
 *
 * Entries of one name stand in the order in which the folders are given, but for entries for better hardware, which come first; the
 * loader takes the first that it can use. Mirrors search_dir and create_links of elf/ldconfig.c, process_elf_file of
 * elf/readelflib.c, and compare and add_to_cache of elf/cache.c, releases 2.31 to 2.41.
 */
import type { ElfNotes, ElfObject } from "../elf/object.js";
import { unreadReason, type RootFilesystem, type RootNode } from "../rootfs/filesystem.js";
import { createLinkedRoot, type LinkedRoot } from "../rootfs/links.js";
import { joinPath } from "../rootfs/path.js";
import { resolvePath } from "../rootfs/resolve.js";
import { ET_DYN } from "./abi.js";
import { flagsOf } from "./cache-lookup.js";
import type { FileFacts } from "./facts.js";
import { abiOf, isOlderThan, type LoaderIdentity } from "./identity.js";
import type { HardwareBits, LdCache, LdCacheEntry } from "./ld-cache.js";
import { listIndexedFolders, type IndexedFolder } from "./ldconfig-folders.js";
import { shareKernel } from "./platform-abi.js";
import { compareLibraryNames } from "./version-order.js";

/** Who needs one of these, or an interpreter, is a library for glibc. */
const GLIBC_PARTS = ["libc.so.6", "libm.so.6"];
/** what prelink, and since 2.39 what package managers leave behind on their way */
const PRELINKED = /\.#prelink#(?:\..{6})?$/s;
const UNPACKED = /;|\.dpkg-(?:new|tmp)$/;

export interface Ldconfig {
  readonly cache: LdCache;
  /** the root with the links that it makes */
  readonly root: RootFilesystem<FileFacts>;
}

/** A library that stands for its soname in a folder. */
interface Chosen {
  readonly name: string;
  readonly isLink: boolean;
  readonly flags: number;
  readonly osVersion: number;
}

interface SortedEntry extends LdCacheEntry {
  readonly osVersion: number;
}

/**
 * What ldconfig does to a root.
 *
 * @param identity the loader whose cache it writes
 * @param mayWrite whether it can make links in the folder at a canonical path
 */
export function playLdconfig(
  lower: RootFilesystem<FileFacts>,
  identity: LoaderIdentity,
  mayWrite: (folder: string) => boolean,
): Ldconfig {
  const root = createLinkedRoot(lower);
  const entries = new Map<string, SortedEntry[]>();
  const unread: string[] = [];
  for (const folder of listIndexedFolders(root, identity)) {
    if (unreadReason(root.lookup(folder.real)) !== undefined) unread.push(folder.path);
    const canWrite = mayWrite(folder.real);
    for (const [soname, chosen] of chooseLibraries(root, identity, folder, canWrite)) {
      const isBetter = folder.hwcaps.kind === "glibc-hwcaps";
      if (!isBetter && !chosen.isLink && canWrite) makeLink(root, folder.real, soname, chosen.name);
      const path = joinPath(folder.path, isBetter ? chosen.name : soname);
      const entry = { name: soname, path, hwcaps: folder.hwcaps, flags: chosen.flags, osVersion: chosen.osVersion };
      entries.set(soname, [...(entries.get(soname) ?? []), entry]);
    }
  }
  // Whoever comes first among equals stays first.
  for (const found of entries.values()) found.sort(compareEntries);
  return { cache: { entries, ...(unread.length === 0 ? {} : { unread }) }, root };
}

/** The libraries of one folder by soname: files before links, and the newest name of those. Links that lead nowhere are removed. */
function chooseLibraries(
  root: LinkedRoot<FileFacts>,
  identity: LoaderIdentity,
  { real: folder }: IndexedFolder,
  canWrite: boolean,
): ReadonlyMap<string, Chosen> {
  const found = new Map<string, Chosen>();
  for (const name of root.list(folder)) {
    if (!looksLikeLibrary(name, identity)) continue;
    const path = joinPath(folder, name);
    const node = root.lookup(path);
    const target = resolvePath(root, path)?.node;
    if (target === undefined && node?.kind === "symlink" && name.includes(".so.") && canWrite) root.unlink(path);
    const library = target === undefined ? undefined : readLibrary(target, identity);
    if (library === undefined) continue;
    const own = library.soname ?? name;
    const isLink = node?.kind === "symlink" && isLinkFor(name, own);
    const soname = isLink ? name : own;
    const known = found.get(soname);
    if (known === undefined || isPreferred({ name, isLink }, known)) {
      found.set(soname, { name, isLink, osVersion: library.osVersion, flags: known?.flags ?? library.flags });
    }
  }
  return found;
}

/** Names as lib*.so*, ld-*.so*, ld.so.* and ld64.so.*, but for those of files that are only passing through. */
function looksLikeLibrary(name: string, { version }: LoaderIdentity): boolean {
  const isPassing = PRELINKED.test(name) || (!isOlderThan(version, 2, 39) && UNPACKED.test(name));
  return /^(?:(?:lib|ld-).*\.so|ld\.so\.|ld64\.so\.)/s.test(name) && !isPassing;
}

/** A link is one where it has the soname for its name, or is the `.so` for compilers; any other one counts as a file. */
function isLinkFor(name: string, soname: string): boolean {
  return name === soname || (name.endsWith(".so") && soname.startsWith(name));
}

function isPreferred(one: Pick<Chosen, "name" | "isLink">, known: Chosen): boolean {
  if (one.isLink !== known.isLink) return known.isLink;
  return compareLibraryNames(known.name, one.name) < 0;
}

/**
 * What ldconfig reads of a file: nothing of one that is no shared object, is for machines that it does not know, or has no dynamic
 * section. A file that nobody has read counts under its name: a search that arrives there finds out that it is not known.
 */
function readLibrary(
  node: RootNode<FileFacts>,
  { abi, version }: LoaderIdentity,
): { soname?: string; flags: number; osVersion: number } | undefined {
  const what = node.kind === "file" ? node.facts : node;
  if (what.kind === "unread") return { flags: flagsOf(abi, true), osVersion: 0 };
  if (what.kind !== "elf") return undefined;
  const { elf } = what;
  if (elf.type !== ET_DYN || elf.segments.dynamic !== "present" || !shareKernel(abi, abiOf(elf))) return undefined;
  return {
    flags: flagsOf(abiOf(elf), isForGlibc(elf)),
    osVersion: isOlderThan(version, 2, 36) ? toOsVersion(elf.notes) : 0,
    ...(elf.soname === undefined ? {} : { soname: elf.soname }),
  };
}

function isForGlibc({ interp, needed }: ElfObject): boolean {
  return interp !== undefined || needed.some((name) => GLIBC_PARTS.includes(name));
}

/** Until 2.35 the ABI tag's system and kernel are kept, as one number, and a later kernel comes before an earlier one. */
function toOsVersion({ abiTag }: ElfNotes): number {
  if (abiTag === undefined) return 0;
  const [major, minor, patch] = abiTag.kernel.map((part) => part & 0xff) as [number, number, number];
  return ((abiTag.os & 0xff) * 0x100 + major) * 0x10000 + minor * 0x100 + patch;
}

/** The link from a soname to its library: made where nothing has the name, and a link with the name is led anew. */
function makeLink(root: LinkedRoot<FileFacts>, folder: string, soname: string, name: string): void {
  const path = joinPath(folder, soname);
  if (soname.includes("/") || resolvePath(root, path)?.node === resolvePath(root, joinPath(folder, name))?.node) return;
  const there = root.lookup(path);
  if (there === undefined || there.kind === "symlink") root.link(path, name);
}

/** By flags, the largest first; then what is for better hardware; then the kernel that is asked for. */
function compareEntries(one: SortedEntry, other: SortedEntry): number {
  return other.flags - one.flags || compareHwcaps(one.hwcaps, other.hwcaps) || other.osVersion - one.osVersion;
}

function compareHwcaps(one: LdCacheEntry["hwcaps"], other: LdCacheEntry["hwcaps"]): number {
  if (one.kind === "glibc-hwcaps" || other.kind === "glibc-hwcaps") {
    if (one.kind !== other.kind) return one.kind === "glibc-hwcaps" ? -1 : 1;
    return one.kind === "glibc-hwcaps" && other.kind === "glibc-hwcaps" && one.name !== other.name
      ? one.name < other.name
        ? -1
        : 1
      : 0;
  }
  const [left, right] = [toBits(one), toBits(other)];
  return countBits(right) - countBits(left) || right.high - left.high || right.low - left.low;
}

function toBits(hwcaps: LdCacheEntry["hwcaps"]): HardwareBits {
  return hwcaps.kind === "hardware" ? hwcaps.bits : { high: 0, low: 0 };
}

function countBits({ high, low }: HardwareBits): number {
  return `${high.toString(2)}${low.toString(2)}`.replaceAll("0", "").length;
}
