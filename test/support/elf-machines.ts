/**
 * What an ELF file of each machine looks like: class, byte order, flags and the relocation numbers of its processor supplement.
 * Written from elf.h, apart from src/elf/machines.ts, so that a test compares two readings of the standard and not one with itself.
 */
export interface Machine {
  /** EM_* */
  readonly machine: number;
  readonly class: 32 | 64;
  readonly data: "little" | "big";
  /** e_flags that its usual compiler sets */
  readonly flags: number;
  /** whether its dynamic relocations carry addends: DT_RELA, or DT_REL */
  readonly rela: boolean;
  /** R_*_GLOB_DAT, or what fills a GOT slot at load time */
  readonly eager: number;
  /** R_*_JUMP_SLOT */
  readonly lazy: number;
  /** R_*_COPY */
  readonly copy: number;
  /** R_*_TPOFF or R_*_TPREL of an address's size */
  readonly tpoff: number;
  /** R_*_TLSDESC, where it has such */
  readonly tlsDescriptor?: number;
  /** bytes of an entry of DT_HASH */
  readonly hashEntrySize: 4 | 8;
}

const LE64 = { class: 64, data: "little", flags: 0, rela: true, hashEntrySize: 4 } as const;
const BE64 = { ...LE64, data: "big" } as const;
const LE32 = { ...LE64, class: 32, rela: false } as const;
const BE32 = { ...LE32, data: "big", rela: true } as const;

export const MACHINES = {
  "x86-64": { ...LE64, machine: 62, eager: 6, lazy: 7, copy: 5, tpoff: 18, tlsDescriptor: 36 },
  x32: { ...LE32, machine: 62, rela: true, eager: 6, lazy: 7, copy: 5, tpoff: 18, tlsDescriptor: 36 },
  i386: { ...LE32, machine: 3, eager: 6, lazy: 7, copy: 5, tpoff: 14, tlsDescriptor: 41 },
  arm: { ...LE32, machine: 40, flags: 0x5000400, eager: 21, lazy: 22, copy: 20, tpoff: 19, tlsDescriptor: 13 },
  aarch64: { ...LE64, machine: 183, eager: 1025, lazy: 1026, copy: 1024, tpoff: 1030, tlsDescriptor: 1031 },
  aarch64be: { ...BE64, machine: 183, eager: 1025, lazy: 1026, copy: 1024, tpoff: 1030, tlsDescriptor: 1031 },
  ppc: { ...BE32, machine: 20, eager: 20, lazy: 21, copy: 19, tpoff: 73 },
  ppc64: { ...BE64, machine: 21, flags: 1, eager: 20, lazy: 21, copy: 19, tpoff: 73 },
  ppc64le: { ...LE64, machine: 21, flags: 2, eager: 20, lazy: 21, copy: 19, tpoff: 73 },
  s390: { ...BE32, machine: 22, eager: 10, lazy: 11, copy: 9, tpoff: 56 },
  s390x: { ...BE64, machine: 22, eager: 10, lazy: 11, copy: 9, tpoff: 56, hashEntrySize: 8 },
  riscv64: { ...LE64, machine: 243, flags: 5, eager: 2, lazy: 5, copy: 4, tpoff: 11, tlsDescriptor: 12 },
  loongarch64: { ...LE64, machine: 258, flags: 0x43, eager: 2, lazy: 5, copy: 4, tpoff: 11, tlsDescriptor: 14 },
  mips: { ...BE32, machine: 8, rela: false, flags: 0x70001005, eager: 3, lazy: 127, copy: 126, tpoff: 47 },
  mipsel: { ...LE32, machine: 8, flags: 0x70001005, eager: 3, lazy: 127, copy: 126, tpoff: 47 },
  mips64: { ...BE64, machine: 8, rela: false, flags: 0x80000007, eager: 3, lazy: 127, copy: 126, tpoff: 48 },
  mips64el: { ...LE64, machine: 8, rela: false, flags: 0x80000007, eager: 3, lazy: 127, copy: 126, tpoff: 48 },
  sparc: { ...BE32, machine: 2, eager: 20, lazy: 21, copy: 19, tpoff: 78 },
  sparc64: { ...BE64, machine: 43, eager: 20, lazy: 21, copy: 19, tpoff: 79 },
  alpha: { ...LE64, machine: 0x9026, eager: 25, lazy: 26, copy: 24, tpoff: 38, hashEntrySize: 8 },
  m68k: { ...BE32, machine: 4, eager: 20, lazy: 21, copy: 19, tpoff: 42 },
  sh4: { ...LE32, machine: 42, rela: true, flags: 9, eager: 163, lazy: 164, copy: 162, tpoff: 151 },
} as const satisfies Record<string, Machine>;

export type MachineName = keyof typeof MACHINES;

export const EM_MIPS = 8;
