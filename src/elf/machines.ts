/**
 * What relocation numbers mean on each machine, as far as binding needs it: which of them fill a PLT slot at the first call, and
 * which copy a library's data into the program. From each processor supplement, as elf.h spells them.
 */
import {
  EM_386,
  EM_68K,
  EM_AARCH64,
  EM_ALPHA,
  EM_ALTERA_NIOS2,
  EM_ARC,
  EM_ARC_COMPACT2,
  EM_ARM,
  EM_CSKY,
  EM_IA_64,
  EM_LOONGARCH,
  EM_MICROBLAZE,
  EM_MIPS,
  EM_OPENRISC,
  EM_PARISC,
  EM_PPC,
  EM_PPC64,
  EM_RISCV,
  EM_S390,
  EM_SH,
  EM_SPARC,
  EM_SPARC32PLUS,
  EM_SPARCV9,
  EM_X86_64,
} from "./machine-numbers.js";

interface RelocationKinds {
  readonly jumpSlot: number;
  readonly copy: number;
}

/** e_machine -> R_*_JUMP_SLOT and R_*_COPY */
const KINDS: ReadonlyMap<number, RelocationKinds> = new Map([
  [EM_SPARC, { jumpSlot: 21, copy: 19 }],
  [EM_386, { jumpSlot: 7, copy: 5 }],
  [EM_68K, { jumpSlot: 21, copy: 19 }],
  [EM_MIPS, { jumpSlot: 127, copy: 126 }],
  [EM_PARISC, { jumpSlot: 129, copy: 128 }], // IPLT
  [EM_SPARC32PLUS, { jumpSlot: 21, copy: 19 }],
  [EM_PPC, { jumpSlot: 21, copy: 19 }],
  [EM_PPC64, { jumpSlot: 21, copy: 19 }],
  [EM_S390, { jumpSlot: 11, copy: 9 }],
  [EM_ARM, { jumpSlot: 22, copy: 20 }],
  [EM_SH, { jumpSlot: 164, copy: 162 }],
  [EM_SPARCV9, { jumpSlot: 21, copy: 19 }],
  [EM_ARC, { jumpSlot: 0x37, copy: 0x35 }],
  [EM_IA_64, { jumpSlot: 0x81, copy: 0x84 }], // IPLTLSB
  [EM_X86_64, { jumpSlot: 7, copy: 5 }],
  [EM_OPENRISC, { jumpSlot: 20, copy: 18 }],
  [EM_ALTERA_NIOS2, { jumpSlot: 38, copy: 36 }],
  [EM_AARCH64, { jumpSlot: 1026, copy: 1024 }],
  [EM_MICROBLAZE, { jumpSlot: 17, copy: 21 }],
  [EM_ARC_COMPACT2, { jumpSlot: 0x37, copy: 0x35 }],
  [EM_RISCV, { jumpSlot: 5, copy: 4 }],
  [EM_CSKY, { jumpSlot: 12, copy: 10 }],
  [EM_LOONGARCH, { jumpSlot: 5, copy: 4 }],
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
