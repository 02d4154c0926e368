/**
 * Whether one loader would take a given file as a shared library: glibc's open_verify and the checks of _dl_map_object_from_fd.
 * The three answers differ in what happens next. A file of another class or machine is skipped and the search goes on; a file
 * that is malformed in other ways ends the process; everything else is mapped.
 * Mirrors elf/dl-load.c and the ports' elf_machine_matches_host and VALID_ELF_HEADER.
 */
import {
  EM_386,
  EM_ARM,
  EM_MIPS,
  EM_PPC,
  EM_PPC64,
  EM_RISCV,
  EM_SPARC,
  EM_SPARC32PLUS,
  EM_SPARCV9,
  EM_X86_64,
} from "../elf/machine-numbers.js";
import type { ElfObject } from "../elf/object.js";
import type { RootNode } from "../rootfs/filesystem.js";
import type { FileFacts, LibcStrings } from "./facts.js";

export const ET_EXEC = 2;
export const ET_DYN = 3;
export const DF_1_PIE = 0x08000000;
const ELFOSABI_SYSV = 0;
const ELFOSABI_GNU = 3;
const ELFOSABI_ARM_AEABI = 64;
const EF_ARM_EABI_VER5 = 0x05000000;
const EF_ARM_ABI_FLOAT_SOFT = 0x200;
const EF_ARM_ABI_FLOAT_HARD = 0x400;

/** Ports whose libc-abis count IFUNC among the features: x86, SPARC, PowerPC and RISC-V. */
const HAS_IFUNC_ABI = new Set([EM_386, EM_X86_64, EM_SPARC, EM_SPARC32PLUS, EM_SPARCV9, EM_PPC, EM_PPC64, EM_RISCV]);

/** The ABI of a process: what its interpreter was built for, and with it every object that may be loaded. */
export type ProcessAbi = Pick<ElfObject, "machine" | "class" | "data" | "flags">;

export type OpenResult =
  | { readonly kind: "elf"; readonly elf: ElfObject; readonly strings?: LibcStrings }
  /** the search goes on; `why` is what was seen */
  | { readonly kind: "skip"; readonly why: string }
  /**
   * The loader stops with these words. What it sees in the header it says of the path; what it sees later, while it maps the
   * file, of the name that was asked for.
   */
  | { readonly kind: "fatal"; readonly message: string; readonly while: "opening" | "mapping" }
  /** we cannot tell what the loader would find */
  | { readonly kind: "unknown"; readonly why: string };

/** How the loader speaks of a file that was made for the other word size. */
export const WRONG_CLASS = "wrong ELF class";

/** How it speaks of links that lead in a circle, where that is the last that a search met. */
export const LINK_LOOP = "Too many levels of symbolic links";

/** What the loader makes of the file that a search arrives at. `node` has no links left to follow. */
export function openLibrary(node: RootNode<FileFacts>, abi: ProcessAbi): OpenResult {
  if (node.kind === "unread") return { kind: "unknown", why: node.reason };
  if (node.kind === "directory") return fatal("cannot read file data: Is a directory");
  // A device such as /dev/null, which some runtimes mount over files to hide them, reads as empty.
  if (node.kind !== "file" || node.size < headerSize(abi)) return fatal("file too short");
  switch (node.facts.kind) {
    case "elf":
      return checkHeader(node.facts.elf, abi, node.facts.strings);
    case "broken-elf":
      return { kind: "unknown", why: node.facts.problem };
    case "unread":
      return { kind: "unknown", why: node.facts.reason };
    default:
      return fatal("invalid ELF header");
  }
}

/** Whether e_type is that of something which a process is made of. */
export function hasLoadableType({ type }: ElfObject): boolean {
  return type === ET_DYN || type === ET_EXEC;
}

/** Whether two objects can live in one process. */
export function sameAbi(left: ProcessAbi, right: ProcessAbi): boolean {
  return (
    left.class === right.class &&
    left.data === right.data &&
    left.machine === right.machine &&
    matchesFlags(left, right)
  );
}

function checkHeader(elf: ElfObject, abi: ProcessAbi, strings: LibcStrings | undefined): OpenResult {
  if (elf.class !== abi.class) return { kind: "skip", why: `${WRONG_CLASS}: ELFCLASS${elf.class}` };
  if (elf.data !== abi.data) return fatal(`ELF file data encoding not ${abi.data}-endian`);
  if (!elf.header.versionOk) return fatal("ELF file version does not match current one");
  if (!isOsAbiValid(elf, abi)) return fatal("ELF file OS ABI invalid");
  if (!isAbiVersionValid(elf, abi)) return fatal("ELF file ABI version invalid");
  if (!elf.header.paddingOk) return fatal("nonzero padding in e_ident");
  if (abi.machine === EM_ARM && elf.machine === EM_ARM && !armFloatMatches(elf, abi)) return fatal("internal error");
  if (elf.machine !== abi.machine || !matchesFlags(elf, abi)) return { kind: "skip", why: "another machine" };
  if (!hasLoadableType(elf)) return fatal("only ET_DYN and ET_EXEC can be loaded");
  if (!elf.header.programHeaderSizeOk) return fatal("ELF file's phentsize not the expected size");
  if (!elf.segments.loadsAligned) return unmappable("ELF load command address/offset not page-aligned");
  if (elf.segments.loads === 0) return unmappable("object file has no loadable segments");
  if (elf.type === ET_EXEC) return unmappable("cannot dynamically load executable");
  if (elf.segments.dynamic !== "present") return unmappable("object file has no dynamic section");
  if ((elf.dynamicFlags1 & DF_1_PIE) !== 0)
    return unmappable("cannot dynamically load position-independent executable");
  return { kind: "elf", elf, ...(strings === undefined ? {} : { strings }) };
}

/** The ports' elf_machine_matches_host: flags that make a file "of another machine". */
function matchesFlags(elf: ProcessAbi, abi: ProcessAbi): boolean {
  switch (abi.machine) {
    case EM_PPC64:
      return (elf.flags & 3) === 0 || (abi.flags & 3) === 0 || (elf.flags & 3) === (abi.flags & 3);
    case EM_RISCV:
      return (elf.flags & 6) === (abi.flags & 6);
    case EM_MIPS:
      return (elf.flags & 0x20) === (abi.flags & 0x20) && (elf.flags & 0x400) === (abi.flags & 0x400);
    default:
      return true;
  }
}

function armFloatMatches(elf: ElfObject, abi: ProcessAbi): boolean {
  if ((elf.flags & 0xff000000) >>> 0 !== EF_ARM_EABI_VER5) return true;
  return (abi.flags & EF_ARM_ABI_FLOAT_HARD) !== 0
    ? (elf.flags & EF_ARM_ABI_FLOAT_SOFT) === 0
    : (elf.flags & EF_ARM_ABI_FLOAT_HARD) === 0;
}

function isOsAbiValid(elf: ElfObject, { machine }: ProcessAbi): boolean {
  return (
    elf.osAbi === ELFOSABI_SYSV ||
    elf.osAbi === ELFOSABI_GNU ||
    (machine === EM_ARM && elf.osAbi === ELFOSABI_ARM_AEABI)
  );
}

/** LIBC_ABI_MAX of the ports' libc-abis: features that an object may ask for through EI_ABIVERSION. */
function isAbiVersionValid(elf: ElfObject, { machine }: ProcessAbi): boolean {
  if (elf.abiVersion === 0) return true;
  if (machine === EM_MIPS) return elf.abiVersion < 6;
  return elf.osAbi === ELFOSABI_GNU && elf.abiVersion < (HAS_IFUNC_ABI.has(machine) ? 4 : 3);
}

function headerSize(abi: ProcessAbi): number {
  return abi.class === 64 ? 64 : 52;
}

function fatal(message: string): OpenResult {
  return { kind: "fatal", message, while: "opening" };
}

function unmappable(message: string): OpenResult {
  return { kind: "fatal", message, while: "mapping" };
}
