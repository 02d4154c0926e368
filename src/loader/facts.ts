/**
 * What a loader could learn from one file: the `Facts` of every RootFilesystem in this program. A file is an ELF object, an ELF
 * file that cannot be read, a configuration text that a loader reads, or something it would refuse.
 */
import type { ElfObject } from "../elf/object.js";

export type FileFacts =
  | {
      readonly kind: "elf";
      readonly elf: ElfObject;
      readonly strings?: LibcStrings;
      /** what a library of MPI, a GPU's driver or a network says of its release (see stack-marks.ts) */
      readonly texts?: readonly string[];
    }
  /** starts with the ELF magic, and has no header that a kernel or a loader could use: what is wrong, with field and offset */
  | { readonly kind: "broken-elf"; readonly problem: string }
  /** read whole, since its first bytes, its name or its place say that a loader (or the analysis) reads it: ld.so.cache, os-release… */
  | { readonly kind: "data"; readonly bytes: Uint8Array }
  /** no ELF magic; the body was not read */
  | { readonly kind: "other" }
  /** the body could not be had: an encrypted layer, a permission, a file that a profile does not carry */
  | { readonly kind: "unread"; readonly reason: string };

/** What the C library says of itself in its read-only data (see libc-strings.ts). */
export interface LibcStrings {
  /** "2.36" from the banner of libc.so.6 or ld.so, "1.2.5" from musl's */
  readonly version?: string;
  readonly family: "glibc" | "musl";
  /** the folders that this ld.so searches last, in order, without the trailing slash */
  readonly defaultFolders?: readonly string[];
  /** where this ld.so looks for its cache: another place than /etc where glibc was built with another prefix */
  readonly cachePath?: string;
}
