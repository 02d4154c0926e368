/**
 * What musl calls the machines that it runs on: the word in the name of its loader, ld-musl-ARCH.so.1, and of the file that tells
 * the loader where to search. Sources: LDSO_ARCH in musl's arch/<machine>/reloc.h.
 */
import type { ProcessAbi } from "./abi.js";

const EF_ARM_ABI_FLOAT_HARD = 0x400;
const EF_RISCV_FLOAT_ABI = 6;
const EF_LOONGARCH_ABI_MODIFIER = 7;

/** e_machine values of musl's ports whose word does not depend on anything else */
const WORDS: ReadonlyMap<number, string> = new Map([
  [3, "i386"],
  [4, "m68k"],
  [20, "powerpc"],
  [22, "s390x"],
  [92, "or1k"],
]);

/** The word for the machine of an ABI; undefined where musl has no port, or none that we know. */
export function findMuslArch({ machine, class: wordSize, data, flags }: ProcessAbi): string | undefined {
  const isLittle = data === "little";
  switch (machine) {
    case 62:
      return wordSize === 64 ? "x86_64" : "x32";
    case 183:
      return isLittle ? "aarch64" : "aarch64_be";
    case 40:
      return `arm${isLittle ? "" : "eb"}${(flags & EF_ARM_ABI_FLOAT_HARD) === 0 ? "" : "hf"}`;
    case 21:
      return isLittle ? "powerpc64le" : "powerpc64";
    case 243:
      return `riscv${wordSize}${["-sf", "-sp", "", ""][(flags & EF_RISCV_FLOAT_ABI) >> 1] ?? ""}`;
    case 258:
      return `loongarch64${{ 1: "-sf", 2: "-sp" }[flags & EF_LOONGARCH_ABI_MODIFIER] ?? ""}`;
    case 8:
      return `mips${wordSize === 64 ? "64" : ""}${isLittle ? "el" : ""}`;
    case 42:
      return isLittle ? "sh" : "sheb";
    case 189:
      return isLittle ? "microblazeel" : "microblaze";
    default:
      return WORDS.get(machine);
  }
}
