/**
 * Relocations that want thread-local storage at a fixed offset from the thread pointer, which only static TLS has: those of the
 * initial-exec model must have it, while descriptors (and, on PowerPC, an optimised __tls_get_addr) take it where there is some left.
 * From each processor supplement, as elf.h spells them; which of them glibc applies to what, from the ports' dl-machine.h.
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
import { USE_OPTIONAL_TLS, USE_STATIC_TLS } from "./object.js";

/** Numbers that need it, and numbers that prefer it. */
type Numbers = readonly [needed: readonly number[], preferred?: readonly number[]];

const SPARC: Numbers = [[72, 73, 78, 79]]; // TLS_LE_HIX22, TLS_LE_LOX10, TLS_TPOFF32, TLS_TPOFF64
const ARC: Numbers = [[0x44]]; // TLS_TPOFF

const NUMBERS: readonly (readonly [machine: number, numbers: Numbers])[] = [
  [EM_SPARC, SPARC],
  [EM_386, [[14, 37], [41]]], // TLS_TPOFF, TLS_TPOFF32; TLS_DESC
  [EM_68K, [[42]]], // TLS_TPREL32
  [EM_MIPS, [[47, 48]]], // TLS_TPREL32, TLS_TPREL64
  [EM_PARISC, [[153, 216]]], // TPREL32, TPREL64
  [EM_SPARC32PLUS, SPARC],
  [EM_PPC, [[69, 70, 71, 72, 73], [68]]], // TPREL16 to TPREL32; DTPMOD32
  [EM_PPC64, [[69, 70, 71, 72, 73, 95, 96, 97, 98, 99, 100, 112, 113], [68]]], // TPREL16 to TPREL64; DTPMOD64
  [EM_S390, [[56]]], // TLS_TPOFF
  [EM_ARM, [[19], [13]]], // TLS_TPOFF32; TLS_DESC
  [EM_SH, [[151]]], // TLS_TPOFF32
  [EM_SPARCV9, SPARC],
  [EM_ARC, ARC],
  [EM_IA_64, [[0x96, 0x97]]], // TPREL64MSB, TPREL64LSB
  [EM_X86_64, [[18, 23], [36]]], // TPOFF64, TPOFF32; TLSDESC
  [EM_OPENRISC, [[32]]], // TLS_TPOFF
  [EM_ALTERA_NIOS2, [[35]]], // TLS_TPREL
  [
    EM_AARCH64,
    [
      [1030, 186],
      [1031, 187],
    ],
  ], // TLS_TPREL and TLSDESC, each also of the 32-bit ABI
  [EM_MICROBLAZE, [[29]]], // TLSTPREL32
  [EM_ARC_COMPACT2, ARC],
  [EM_RISCV, [[10, 11], [12]]], // TLS_TPREL32, TLS_TPREL64; TLSDESC
  [EM_CSKY, [[58]]], // TLS_TPOFF32
  [
    EM_LOONGARCH,
    [
      [10, 11],
      [13, 14],
    ],
  ], // TLS_TPREL32, TLS_TPREL64; TLS_DESC32, TLS_DESC64
  [EM_ALPHA, [[38]]], // TPREL64
];

const NONE = new Uint8Array(0);
const USES: ReadonlyMap<number, Uint8Array> = new Map(
  NUMBERS.map(([machine, [needed, preferred = []]]) => {
    const uses = new Uint8Array(Math.max(...needed, ...preferred) + 1);
    for (const number of needed) uses[number] = USE_STATIC_TLS;
    for (const number of preferred) uses[number] = USE_OPTIONAL_TLS;
    return [machine, uses];
  }),
);

/** USE_STATIC_TLS, USE_OPTIONAL_TLS or 0 for each relocation of a machine, by its number; 0 for those past the end. */
export function tlsUsesOf(machine: number): Uint8Array {
  return USES.get(machine) ?? NONE;
}
