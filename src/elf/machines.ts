/**
 * What relocation numbers mean on each machine, as far as binding needs it: which of them fill a PLT slot at the first call, and
 * which copy a library's data into the program. From each processor supplement, as elf.h spells them.
 */
export const EM_MIPS = 8;
const EM_ALPHA = 0x9026;
const EM_S390 = 22;
export const EM_SPARCV9 = 43;

interface RelocationKinds {
  readonly jumpSlot: number;
  readonly copy: number;
}

/** e_machine -> R_*_JUMP_SLOT and R_*_COPY */
const KINDS: ReadonlyMap<number, RelocationKinds> = new Map([
  [2, { jumpSlot: 21, copy: 19 }], // SPARC
  [3, { jumpSlot: 7, copy: 5 }], // 386
  [4, { jumpSlot: 21, copy: 19 }], // 68K
  [EM_MIPS, { jumpSlot: 127, copy: 126 }],
  [15, { jumpSlot: 129, copy: 128 }], // PARISC: IPLT
  [18, { jumpSlot: 21, copy: 19 }], // SPARC32PLUS
  [20, { jumpSlot: 21, copy: 19 }], // PPC
  [21, { jumpSlot: 21, copy: 19 }], // PPC64
  [EM_S390, { jumpSlot: 11, copy: 9 }],
  [40, { jumpSlot: 22, copy: 20 }], // ARM
  [42, { jumpSlot: 164, copy: 162 }], // SH
  [EM_SPARCV9, { jumpSlot: 21, copy: 19 }],
  [45, { jumpSlot: 0x37, copy: 0x35 }], // ARC
  [50, { jumpSlot: 0x81, copy: 0x84 }], // IA_64: IPLTLSB
  [62, { jumpSlot: 7, copy: 5 }], // X86_64
  [92, { jumpSlot: 20, copy: 18 }], // OPENRISC
  [113, { jumpSlot: 38, copy: 36 }], // ALTERA_NIOS2
  [183, { jumpSlot: 1026, copy: 1024 }], // AARCH64
  [189, { jumpSlot: 17, copy: 21 }], // MICROBLAZE
  [195, { jumpSlot: 0x37, copy: 0x35 }], // ARC_COMPACT2
  [243, { jumpSlot: 5, copy: 4 }], // RISCV
  [252, { jumpSlot: 12, copy: 10 }], // CSKY
  [258, { jumpSlot: 5, copy: 4 }], // LOONGARCH
  [EM_ALPHA, { jumpSlot: 26, copy: 24 }],
]);

/** How a relocation of this machine binds its symbol; what the table does not know is bound when the object is loaded. */
export function bindingOf(machine: number, relocation: number): "lazy" | "copy" | "eager" {
  const kinds = KINDS.get(machine);
  if (kinds?.jumpSlot === relocation) return "lazy";
  return kinds?.copy === relocation ? "copy" : "eager";
}

/** Alpha and 64-bit S/390 give DT_HASH entries of eight bytes; everybody else has four. */
export function hashEntrySize(machine: number, elfClass: 32 | 64): 4 | 8 {
  return machine === EM_ALPHA || (machine === EM_S390 && elfClass === 64) ? 8 : 4;
}
