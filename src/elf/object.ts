/**
 * What the dynamic loader can learn from an ELF file, as plain data. Names follow the gABI and the LSB; fields are decoded
 * (strings, booleans, words), while numbers from an open-ended registry (machine, type, OS ABI) keep their raw value.
 * Strings are byte strings: one code unit a byte, as in rootfs/.
 */
import type { SymbolNames } from "./symbol-names.js";

/** A library whose symbols come before those of the object that names it. */
export interface Filtee {
  readonly name: string;
  /** DT_FILTER, and not DT_AUXILIARY: the object cannot do without it */
  readonly required: boolean;
  /** how many of the object's DT_NEEDED stand before it in the dynamic section, and so are loaded first */
  readonly after: number;
}

export interface ElfObject {
  /** EI_CLASS */
  readonly class: 32 | 64;
  /** EI_DATA */
  readonly data: "little" | "big";
  /** e_machine, EM_* */
  readonly machine: number;
  /** e_type, ET_* */
  readonly type: number;
  /** e_flags */
  readonly flags: number;
  /** EI_OSABI */
  readonly osAbi: number;
  /** EI_ABIVERSION */
  readonly abiVersion: number;
  /** EI_VERSION and e_version are both EV_CURRENT, EI_PAD is zero, and e_phentsize is what the class says */
  readonly header: { readonly versionOk: boolean; readonly paddingOk: boolean; readonly programHeaderSizeOk: boolean };
  readonly segments: {
    /** number of PT_LOAD */
    readonly loads: number;
    /** every PT_LOAD has p_vaddr and p_offset congruent modulo the smallest page size, 4096 */
    readonly loadsAligned: boolean;
    /** PT_DYNAMIC: absent, empty (p_filesz 0, as in a debug file), or present */
    readonly dynamic: "absent" | "empty" | "present";
  };
  /** PT_INTERP */
  readonly interp?: string;
  /** DT_NEEDED, in file order */
  readonly needed: readonly string[];
  /** DT_SONAME */
  readonly soname?: string;
  /** DT_RPATH, unsplit and unexpanded */
  readonly rpath?: string;
  /** DT_RUNPATH, unsplit and unexpanded */
  readonly runpath?: string;
  /** DT_AUXILIARY and DT_FILTER, in file order */
  readonly filtees: readonly Filtee[];
  /** DT_FLAGS */
  readonly dynamicFlags: number;
  /** DT_FLAGS_1 */
  readonly dynamicFlags1: number;
  /** DT_BIND_NOW, DF_BIND_NOW or DF_1_NOW: functions are bound at load time */
  readonly bindNow: boolean;
  /** DT_SYMBOLIC or DF_SYMBOLIC: its own definitions come first */
  readonly symbolic: boolean;
  /** DT_RELR */
  readonly relr: boolean;
  readonly versions: SymbolVersions;
  readonly symbols: DynamicSymbols;
  /** PT_TLS, bytes */
  readonly tls?: { readonly size: number; readonly alignment: number };
  /** PT_GNU_STACK: its X flag, or that the header is missing (then the architecture's default counts) */
  readonly stack: "executable" | "plain" | "unmarked";
  readonly notes: ElfNotes;
  /** absent where the file is whole */
  readonly damage?: ElfDamage;
}

/** Where a file contradicts itself behind its header: the tables in question are empty, and what they say is not known. */
export interface ElfDamage {
  /** the first trouble, with field and offset */
  readonly problem: string;
  /** whether DT_NEEDED and its like, and the folders of DT_RPATH and DT_RUNPATH, could be read nevertheless */
  readonly dependencies: "known" | "unknown";
}

/** LSB symbol versioning. A tag that is present with no entries differs from an absent one, so presence is said apart. */
export interface SymbolVersions {
  /** DT_VERSYM is there */
  readonly hasSymbols: boolean;
  /** DT_VERNEED is there */
  readonly hasRequirements: boolean;
  /** DT_VERDEF is there */
  readonly hasDefinitions: boolean;
  /** one for each Vernaux, in file order */
  readonly requirements: readonly VersionRequirement[];
  /** one for each Verdef, in file order */
  readonly definitions: readonly VersionDefinition[];
}

export interface VersionRequirement {
  /** vn_file: the library that must define it */
  readonly file: string;
  /** vna_name */
  readonly name: string;
  /** VER_FLG_WEAK */
  readonly weak: boolean;
  /** vna_other without the hidden bit: the index that DT_VERSYM uses */
  readonly index: number;
}

export interface VersionDefinition {
  /** the first Verdaux */
  readonly name: string;
  /** the other Verdaux: its parents */
  readonly parents: readonly string[];
  /** VER_FLG_BASE: names the file itself */
  readonly base: boolean;
  /** VER_FLG_WEAK */
  readonly weak: boolean;
  /** vd_ndx */
  readonly index: number;
}

/** How some relocation uses a symbol: bits of `DynamicSymbols.uses`. */
export const USE_EAGER = 1; // bound when the object is loaded: data, GOT entries, absolute addresses, TLS
export const USE_LAZY = 2; // bound at the first call: JUMP_SLOT, unless the object binds now
export const USE_COPY = 4; // copied into the program: R_*_COPY
export const USE_STATIC_TLS = 8; // its offset from the thread pointer is fixed: R_*_TPOFF; of no symbol, for data of its own
export const USE_OPTIONAL_TLS = 16; // the same where there is room for it, and found at run time otherwise: TLS descriptors

/**
 * The dynamic symbol table in columns, one element for each entry of DT_SYMTAB, the null symbol included; see symbol-columns.ts.
 */
export interface DynamicSymbols {
  readonly count: number;
  readonly names: SymbolNames;
  /** ELF_ST_BIND, STB_* */
  readonly binding: Uint8Array;
  /** ELF_ST_TYPE, STT_* */
  readonly type: Uint8Array;
  /** ELF_ST_VISIBILITY, STV_* */
  readonly visibility: Uint8Array;
  /** st_shndx */
  readonly section: Uint16Array;
  /** st_value, as a double (exact below 2^53, which is enough to know zero from non-zero) */
  readonly value: Float64Array;
  /** st_size, bytes */
  readonly size: Float64Array;
  /** DT_VERSYM: index and hidden bit 0x8000; all zero where the table is absent */
  readonly version: Uint16Array;
  /** USE_* bits */
  readonly uses: Uint8Array;
}

export interface ElfNotes {
  /** NT_GNU_ABI_TAG */
  readonly abiTag?: { readonly os: number; readonly kernel: readonly [number, number, number] };
  /** NT_GNU_BUILD_ID, lower-case hex */
  readonly buildId?: string;
  /** NT_GNU_PROPERTY_TYPE_0: pr_type and pr_data as an unsigned number, for properties of four bytes */
  readonly properties: readonly { readonly type: number; readonly value: number }[];
  /** .note.dlopen (owner FDO, type 0x407c0c0a): the JSON texts of what the program may dlopen */
  readonly dlopen: readonly string[];
  /** .note.cuda.fwd_compatibility (owner NVIDIA Corporation): the JSON text of which drivers a libcuda works with */
  readonly cudaCompat?: string;
}
