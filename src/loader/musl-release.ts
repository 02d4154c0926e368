/**
 * Which release of musl a loader is, where that matters. Release 1.2.4 brought two things at once: the loader applies DT_RELR, and
 * it answers for the 64-bit names (open64, stat64 and their kind) itself, which until then libc.so defined. Where the loader does
 * not say its release, whether it defines open64 tells on which side of 1.2.4 it is.
 * Sources: musl's WHATSNEW; get_lfs64 and do_relr_relocs of ldso/dynlink.c.
 */
import type { ElfObject } from "../elf/object.js";
import { muslSymbolsOf } from "./musl-symbol-table.js";

/** A musl release as comparable numbers. */
export interface MuslVersion {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/** "1.2.4" as numbers, also where something follows ("1.2.4-git-3"); undefined for anything else. */
export function parseMuslVersion(text: string | undefined): MuslVersion | undefined {
  const match = /^(\d+)\.(\d+)\.(\d+)/.exec(text ?? "");
  return match === null ? undefined : { major: Number(match[1]), minor: Number(match[2]), patch: Number(match[3]) };
}

/** Whether a loader is of release 1.2.4 or later. */
export function hasRelrAndLfs64(loader: ElfObject, version: MuslVersion | undefined): boolean {
  if (version === undefined) return !muslSymbolsOf(loader).definitions.has("open64");
  const { major, minor, patch } = version;
  return major > 1 || (major === 1 && (minor > 2 || (minor === 2 && patch >= 4)));
}
