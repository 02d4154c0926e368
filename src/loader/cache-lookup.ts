/**
 * Which path a loader takes from /etc/ld.so.cache for a name. Entries of one name stand in the order in which they are tried: the
 * better the hardware that one is for, the earlier. Mirrors search_cache of elf/dl-cache.c and the ports' dl-cache.h.
 */
import {
  EM_AARCH64,
  EM_ARM,
  EM_LOONGARCH,
  EM_MIPS,
  EM_PPC64,
  EM_RISCV,
  EM_S390,
  EM_SPARCV9,
  EM_X86_64,
} from "../elf/machine-numbers.js";
import type { ProcessAbi } from "./abi.js";
import { canUseBits } from "./hardware-folders.js";
import type { LoaderIdentity } from "./identity.js";
import type { LdCache, LdCacheEntry } from "./ld-cache.js";

/** flags of a library for glibc, and of one for libc 5, on machines that do not mark theirs */
const UNMARKED = 3;
const LIBC5 = 1;

export interface CachedPath {
  readonly path: string;
  /** false where only some CPUs of the machine get this file, and nobody knows whether this one does */
  readonly certain: boolean;
}

/**
 * The path that a loader takes from the cache for a name: the best glibc-hwcaps entry that the CPU can use, else the first of the
 * others that is for this hardware.
 *
 * @param cpu glibc-hwcaps names that it can use, best first; none for loaders before 2.33. With `everyCpu` only what each of the
 * machine gets counts.
 */
export function findCacheEntry(
  cache: LdCache,
  name: string,
  identity: Machine,
  { hwcaps: usable, everyCpu = false }: { readonly hwcaps: readonly string[]; readonly everyCpu?: boolean },
): CachedPath | undefined {
  const { abi } = identity;
  const entries = (cache.entries.get(name) ?? []).filter(({ flags }) => acceptsFlags(abi, flags));
  for (const hwcap of usable) {
    const best = entries.find(({ hwcaps }) => hwcaps.kind === "glibc-hwcaps" && hwcaps.name === hwcap);
    if (best !== undefined) return { path: best.path, certain: true };
  }
  const uses = new Map(entries.map((entry) => [entry, isUsed(identity, entry)]));
  const choose = (...accepted: readonly Use[]): LdCacheEntry | undefined => {
    const fitting = entries.filter((entry) => accepted.includes(uses.get(entry) as Use));
    return fitting.find(({ flags }) => flags === acceptedFlags(abi)[0]) ?? fitting[0];
  };
  const [chosen, perhaps] = [choose("always"), choose("always", "perhaps")];
  if (!everyCpu && perhaps !== undefined && perhaps !== chosen) return { path: perhaps.path, certain: false };
  return chosen === undefined ? undefined : { path: chosen.path, certain: true };
}

type Machine = Pick<LoaderIdentity, "abi" | "version" | "platform" | "capabilities">;
type Use = "always" | "perhaps" | "never";

function isUsed(identity: Machine, { hwcaps }: LdCacheEntry): Use {
  switch (hwcaps.kind) {
    case "none":
      return "always";
    case "glibc-hwcaps":
      return "never"; // a better one would have been taken, and loaders before 2.33 do not know them
    case "hardware":
      return canUseBits(identity, hwcaps.bits);
  }
}

/** Whether a process of this ABI takes an entry with these flags: the ports' _DL_CACHE_DEFAULT_ID. */
export function acceptsFlags(abi: ProcessAbi, flags: number): boolean {
  return acceptedFlags(abi).includes(flags);
}

/**
 * The flags under which ldconfig enters a library: those that processes of its ABI ask for first. An ARM library that says of no
 * float ABI has none, and a 32-bit one that has nothing of glibc about it is entered as one of anybody. Mirrors the ports'
 * readelflib.c.
 */
export function flagsOf(abi: ProcessAbi, hasGlibcParts: boolean): number {
  if (abi.machine === EM_ARM && (abi.flags & 0x600) === 0) return hasGlibcParts ? UNMARKED : LIBC5;
  const [flags = UNMARKED] = acceptedFlags(abi);
  return flags === UNMARKED && !hasGlibcParts ? LIBC5 : flags;
}

/** Entries that a process takes, the first before the others. */
function acceptedFlags(abi: ProcessAbi): readonly number[] {
  switch (abi.machine) {
    case EM_X86_64:
      return [abi.class === 64 ? 0x303 : 0x803];
    case EM_AARCH64:
      return [0x0a03];
    case EM_ARM:
      // Libraries that do not say which float ABI they have are good for both.
      return [(abi.flags & 0x400) !== 0 ? 0x903 : 0xb03, UNMARKED];
    case EM_PPC64:
      return [0x503];
    case EM_S390:
      return abi.class === 64 ? [0x403] : [UNMARKED, LIBC5];
    case EM_SPARCV9:
      return [0x103];
    case EM_RISCV:
      return [(abi.flags & 6) === 0 ? 0x0f03 : 0x1003];
    case EM_LOONGARCH:
      return [(abi.flags & 7) === 1 ? 0x1103 : 0x1203];
    case EM_MIPS:
      return mipsFlags(abi);
    default:
      return [UNMARKED, LIBC5];
  }
}

/** MIPS has an entry type for each of o32, n32 and n64, and for each with NaNs as IEEE 754-2008 has them. */
function mipsFlags({ class: elfClass, flags }: ProcessAbi): readonly number[] {
  const isNan2008 = (flags & 0x400) !== 0;
  if (elfClass === 64) return [isNan2008 ? 0xe03 : 0x703];
  if ((flags & 0x20) !== 0) return [isNan2008 ? 0xd03 : 0x603];
  return isNan2008 ? [0xc03] : [UNMARKED, LIBC5];
}
