/** What a test says of an ELF file that it wants: every field has a usual value, so that a test names only what it is about. */
import type { MachineName } from "./elf-machines.js";

export interface ElfDescription {
  /** gives class, byte order, e_machine, e_flags and relocation numbers; x86-64 */
  readonly machine?: MachineName;
  /** EI_CLASS and EI_DATA against the machine's own */
  readonly class?: 32 | 64;
  readonly data?: "little" | "big";
  /** e_type: "dyn" is a shared object, or with `interp` a position-independent program */
  readonly type?: "dyn" | "exec" | "rel";
  /** e_flags against the machine's own */
  readonly flags?: number;
  readonly osAbi?: number;
  readonly abiVersion?: number;

  /** PT_INTERP */
  readonly interp?: string;
  readonly needed?: readonly string[];
  readonly soname?: string;
  readonly rpath?: string;
  readonly runpath?: string;
  readonly auxiliary?: readonly string[];
  readonly filter?: readonly string[];
  /** DT_FLAGS */
  readonly dynamicFlags?: number;
  /** DT_FLAGS_1 */
  readonly dynamicFlags1?: number;
  /** DT_BIND_NOW */
  readonly bindNow?: boolean;
  /** DT_SYMBOLIC */
  readonly symbolic?: boolean;
  /** more tags, before DT_NULL */
  readonly tags?: readonly (readonly [tag: number, value: number])[];
  /** false: no dynamic section at all, as in a static program */
  readonly dynamic?: boolean;

  /** DT_VERNEED; what symbols need is added to it */
  readonly requires?: readonly RequiredVersions[];
  /** DT_VERDEF after the base definition; what symbols define is added to it */
  readonly defines?: readonly DefinedVersion[];
  readonly symbols?: readonly SymbolDescription[];
  /** which hash tables count the symbols; "gnu", and "sysv" on MIPS, which has no DT_GNU_HASH */
  readonly hash?: "gnu" | "sysv" | "both" | "none";
  /** DT_RELA (or DT_REL) spans DT_JMPREL too, as some linkers write it */
  readonly overlappingJmprel?: boolean;
  /** DT_RELR with one entry */
  readonly relr?: boolean;

  readonly tls?: { readonly size: number; readonly alignment: number };
  /** PT_GNU_STACK; "plain" */
  readonly stack?: "executable" | "plain" | "unmarked";
  readonly notes?: NotesDescription;
  /** bytes of .data, for what is looked for in a file's contents, such as the banner of a C library */
  readonly contents?: string;
  /** bytes of .rodata, where a library says what it is */
  readonly readOnly?: string;
  /** false: stripped of section headers */
  readonly sectionHeaders?: boolean;
}

export interface RequiredVersions {
  readonly file: string;
  readonly versions: readonly (string | { readonly name: string; readonly weak: boolean })[];
}

export interface DefinedVersion {
  readonly name: string;
  readonly parents?: readonly string[];
  readonly weak?: boolean;
}

/**
 * How a relocation uses a symbol: at load time, at the first call, or by copying it into the program; thread-local data at a fixed
 * offset, or through a descriptor.
 */
export type Use = "eager" | "lazy" | "copy" | "tpoff" | "tlsDescriptor";

export interface SymbolDescription {
  readonly name: string;
  /** whether this file defines it: yes, unless `from` says where it comes from */
  readonly defined?: boolean;
  /** the version it is defined with, or needed in */
  readonly version?: string;
  /** vn_file of the needed version */
  readonly from?: string;
  /** a definition that is not the default one: name@version, not name@@version */
  readonly hidden?: boolean;
  readonly binding?: "local" | "global" | "weak" | "unique";
  readonly type?: "notype" | "object" | "func" | "common" | "tls" | "ifunc";
  readonly visibility?: "default" | "internal" | "hidden" | "protected";
  readonly size?: number;
  /** st_value against the place that the builder gives it */
  readonly value?: number;
  /** defined as SHN_ABS */
  readonly absolute?: boolean;
  /** a function that is undefined is called (lazy), other undefined symbols are eager, a definition is not used */
  readonly uses?: readonly Use[];
}

export interface NotesDescription {
  readonly abiTag?: { readonly os: number; readonly kernel: readonly [number, number, number] };
  /** hex */
  readonly buildId?: string;
  readonly properties?: readonly { readonly type: number; readonly value: number }[];
  /** texts of .note.dlopen */
  readonly dlopen?: readonly string[];
}
