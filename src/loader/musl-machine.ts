/**
 * What musl calls the machines that it runs on: the word in the name of its loader, ld-musl-ARCH.so.1, and of the file that tells
 * the loader where to search. Sources: LDSO_ARCH in musl's arch/<machine>/reloc.h.
 */
import {
  EM_386,
  EM_68K,
  EM_AARCH64,
  EM_ARM,
  EM_LOONGARCH,
  EM_MICROBLAZE,
  EM_MIPS,
  EM_OPENRISC,
  EM_PPC,
  EM_PPC64,
  EM_RISCV,
  EM_S390,
  EM_SH,
  EM_X86_64,
} from "../elf/machine-numbers.js";
import type { ProcessAbi } from "./abi.js";

const EF_ARM_ABI_FLOAT_HARD = 0x400;
const EF_RISCV_FLOAT_ABI = 6;
const EF_LOONGARCH_ABI_MODIFIER = 7;

/** e_machine values of musl's ports whose word does not depend on anything else */
const WORDS: ReadonlyMap<number, string> = new Map([
  [EM_386, "i386"],
  [EM_68K, "m68k"],
  [EM_PPC, "powerpc"],
  [EM_S390, "s390x"],
  [EM_OPENRISC, "or1k"],
]);

/** The word for the machine of an ABI; undefined where musl has no port, or none that we know. */
export function findMuslArch({ machine, class: wordSize, data, flags }: ProcessAbi): string | undefined {
  const isLittle = data === "little";
  switch (machine) {
    case EM_X86_64:
      return wordSize === 64 ? "x86_64" : "x32";
    case EM_AARCH64:
      return isLittle ? "aarch64" : "aarch64_be";
    case EM_ARM:
      return `arm${isLittle ? "" : "eb"}${(flags & EF_ARM_ABI_FLOAT_HARD) === 0 ? "" : "hf"}`;
    case EM_PPC64:
      return isLittle ? "powerpc64le" : "powerpc64";
    case EM_RISCV:
      return `riscv${wordSize}${["-sf", "-sp", "", ""][(flags & EF_RISCV_FLOAT_ABI) >> 1] ?? ""}`;
    case EM_LOONGARCH:
      return `loongarch64${{ 1: "-sf", 2: "-sp" }[flags & EF_LOONGARCH_ABI_MODIFIER] ?? ""}`;
    case EM_MIPS:
      return `mips${wordSize === 64 ? "64" : ""}${isLittle ? "el" : ""}`;
    case EM_SH:
      return isLittle ? "sh" : "sheb";
    case EM_MICROBLAZE:
      return isLittle ? "microblazeel" : "microblaze";
    default:
      return WORDS.get(machine);
  }
}
