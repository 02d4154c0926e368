/**
 * Facts about the machines that glibc runs on, for what an image's own ld.so does not say: the folders that it searches last,
 * where programs expect it, and the words that $LIB and $PLATFORM become.
 *
 * Upstream's folders come from each port's slibdir; Debian and its derivatives use the multiarch triplet on every machine. An
 * image may follow either, so the table holds both and `defaultFolders` keeps the order in which each distribution searches.
 * Sources: glibc shlib-versions and the ports' configure.ac; Debian's libc6 packages.
 */
import {
  EM_386,
  EM_AARCH64,
  EM_ARM,
  EM_LOONGARCH,
  EM_MIPS,
  EM_PPC,
  EM_PPC64,
  EM_RISCV,
  EM_S390,
  EM_X86_64,
} from "../elf/machine-numbers.js";
import type { ElfObject } from "../elf/object.js";

export interface MachineFacts {
  /** the name that people use: `uname -m` */
  readonly name: string;
  /** Debian's multiarch triplet */
  readonly triplet: string;
  /** upstream's slibdir, without the leading slash; also what $LIB becomes there */
  readonly slibdir: string;
  /** PT_INTERP of a glibc program */
  readonly interp: string;
  /** AT_PLATFORM: what $PLATFORM becomes; absent where the kernel gives none */
  readonly platform?: string;
}

const EF_ARM_ABI_FLOAT_HARD = 0x400;
const EF_PPC64_ABI = 3;

/** One ABI of each machine that a host may have an interpreter for. */
const EXAMPLES: readonly Pick<ElfObject, "machine" | "class" | "data" | "flags">[] = [
  { machine: EM_X86_64, class: 64, data: "little", flags: 0 },
  { machine: EM_X86_64, class: 32, data: "little", flags: 0 },
  { machine: EM_386, class: 32, data: "little", flags: 0 },
  { machine: EM_AARCH64, class: 64, data: "little", flags: 0 },
  { machine: EM_ARM, class: 32, data: "little", flags: EF_ARM_ABI_FLOAT_HARD },
  { machine: EM_ARM, class: 32, data: "little", flags: 0 },
  { machine: EM_PPC64, class: 64, data: "little", flags: 2 },
  { machine: EM_PPC64, class: 64, data: "big", flags: 1 },
  { machine: EM_S390, class: 64, data: "big", flags: 0 },
  { machine: EM_RISCV, class: 64, data: "little", flags: 5 },
  { machine: EM_LOONGARCH, class: 64, data: "little", flags: 3 },
];

/** The facts of the machine that an ELF object was built for; undefined for one that glibc has no port for (or none that we know). */
export function findMachineFacts(
  elf: Pick<ElfObject, "machine" | "class" | "data" | "flags">,
): MachineFacts | undefined {
  const is64 = elf.class === 64;
  switch (elf.machine) {
    case EM_X86_64:
      return is64
        ? facts("x86_64", "x86_64-linux-gnu", "lib64", "/lib64/ld-linux-x86-64.so.2", "x86_64")
        : facts("x32", "x86_64-linux-gnux32", "libx32", "/libx32/ld-linux-x32.so.2", "x86_64");
    case EM_386:
      return facts("i386", "i386-linux-gnu", "lib", "/lib/ld-linux.so.2", "i686");
    case EM_AARCH64:
      return facts("aarch64", "aarch64-linux-gnu", "lib64", "/lib/ld-linux-aarch64.so.1", "aarch64");
    case EM_ARM:
      return (elf.flags & EF_ARM_ABI_FLOAT_HARD) !== 0
        ? facts("armhf", "arm-linux-gnueabihf", "lib", "/lib/ld-linux-armhf.so.3", "v7l")
        : facts("arm", "arm-linux-gnueabi", "lib", "/lib/ld-linux.so.3", "v7l");
    case EM_PPC64:
      return elf.data === "little" || (elf.flags & EF_PPC64_ABI) === 2
        ? facts("ppc64le", "powerpc64le-linux-gnu", "lib64", "/lib64/ld64.so.2")
        : facts("ppc64", "powerpc64-linux-gnu", "lib64", "/lib64/ld64.so.1");
    case EM_PPC:
      return facts("ppc", "powerpc-linux-gnu", "lib", "/lib/ld.so.1");
    case EM_S390:
      return is64
        ? facts("s390x", "s390x-linux-gnu", "lib64", "/lib/ld64.so.1")
        : facts("s390", "s390-linux-gnu", "lib", "/lib/ld.so.1");
    case EM_RISCV:
      return is64
        ? facts("riscv64", "riscv64-linux-gnu", "lib64/lp64d", "/lib/ld-linux-riscv64-lp64d.so.1")
        : facts("riscv32", "riscv32-linux-gnu", "lib32/ilp32d", "/lib/ld-linux-riscv32-ilp32d.so.1");
    case EM_LOONGARCH:
      return facts("loongarch64", "loongarch64-linux-gnu", "lib64", "/lib64/ld-linux-loongarch-lp64d.so.1");
    case EM_MIPS:
      return is64
        ? facts(
            "mips64",
            elf.data === "little" ? "mips64el-linux-gnuabi64" : "mips64-linux-gnuabi64",
            "lib64",
            "/lib64/ld.so.1",
          )
        : facts("mips", elf.data === "little" ? "mipsel-linux-gnu" : "mips-linux-gnu", "lib", "/lib/ld.so.1");
    default:
      return undefined;
  }
}

/**
 * The folders searched last by a loader that does not say so itself: Debian's where the image has the triplet's folder, else
 * upstream's slibdir and libdir.
 */
export function defaultFolders(machine: MachineFacts, hasFolder: (path: string) => boolean): readonly string[] {
  const { triplet, slibdir } = machine;
  if (hasFolder(`/lib/${triplet}`) || hasFolder(`/usr/lib/${triplet}`)) {
    return [`/lib/${triplet}`, `/usr/lib/${triplet}`, "/lib", "/usr/lib"];
  }
  return [`/${slibdir}`, `/usr/${slibdir}`];
}

function facts(name: string, triplet: string, slibdir: string, interp: string, platform?: string): MachineFacts {
  return { name, triplet, slibdir, interp, ...(platform === undefined ? {} : { platform }) };
}

/** The machines whose interpreters a host scan looks for. */
export const KNOWN_MACHINES: readonly MachineFacts[] = EXAMPLES.map(findMachineFacts).filter(
  (found) => found !== undefined,
);
