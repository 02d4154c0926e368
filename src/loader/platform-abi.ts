/**
 * Which ELF files are programs of a platform: the names that images write, GOARCH and a variant (OCI image-spec, config.md and
 * image-index.md), as the fields of an ELF header.
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
import type { ProcessAbi } from "./abi.js";

/** A platform's machine in its normal form: "amd64" and not "x86_64". */
export interface Architecture {
  readonly architecture: string;
  readonly variant?: string;
}

const EF_ARM_ABI_FLOAT_HARD = 0x400;

const LE64 = { class: 64, data: "little" } as const;
const LE32 = { class: 32, data: "little" } as const;
const BE64 = { class: 64, data: "big" } as const;
const BE32 = { class: 32, data: "big" } as const;

/** GOARCH to e_machine, word size and byte order. */
const ABIS: Readonly<Record<string, Pick<ProcessAbi, "machine" | "class" | "data">>> = {
  "386": { machine: EM_386, ...LE32 },
  amd64: { machine: EM_X86_64, ...LE64 },
  arm: { machine: EM_ARM, ...LE32 },
  arm64: { machine: EM_AARCH64, ...LE64 },
  loong64: { machine: EM_LOONGARCH, ...LE64 },
  mips: { machine: EM_MIPS, ...BE32 },
  mipsle: { machine: EM_MIPS, ...LE32 },
  mips64: { machine: EM_MIPS, ...BE64 },
  mips64le: { machine: EM_MIPS, ...LE64 },
  ppc64: { machine: EM_PPC64, ...BE64 },
  ppc64le: { machine: EM_PPC64, ...LE64 },
  riscv64: { machine: EM_RISCV, ...LE64 },
  s390x: { machine: EM_S390, ...BE64 },
};

/** Machines that one kernel runs: the 32-bit ones are run by that of their 64-bit one (binfmt_elf, CONFIG_COMPAT). */
const KERNELS: readonly (readonly number[])[] = [
  [EM_X86_64, EM_386],
  [EM_AARCH64, EM_ARM],
  [EM_PPC64, EM_PPC],
];

/** Whether programs of both may run beside each other, each in processes of its own. */
export function shareKernel(one: ProcessAbi, other: ProcessAbi): boolean {
  const isKnown = KERNELS.some((machines) => machines.includes(one.machine) && machines.includes(other.machine));
  return one.data === other.data && (one.machine === other.machine || isKnown);
}

/** The platform's machine that an object is for; undefined for one that no image names. */
export function findArchitecture(abi: ProcessAbi): Architecture | undefined {
  const found = Object.keys(ABIS).find((architecture) => isOfPlatform(abi, { architecture, variant: "v6" }));
  if (found !== "arm") return found === undefined ? undefined : { architecture: found };
  // Of programs that pass floats in other registers than v7's, nothing tells whether they are v5's or v6's.
  return { architecture: found, ...(isOfPlatform(abi, { architecture: found }) ? {} : { variant: "v5" }) };
}

/** Whether an object is of the machine that a platform names, and not of another one that its kernel may run as well. */
export function isOfPlatform(abi: ProcessAbi, { architecture, variant }: Architecture): boolean {
  const own = ABIS[architecture];
  if (own === undefined) return false;
  if (abi.machine !== own.machine || abi.class !== own.class || abi.data !== own.data) return false;
  if (architecture !== "arm") return true;
  // v7, which is what no variant means, passes floats in registers, and v5 has none; of v6 there are both.
  const isHard = (abi.flags & EF_ARM_ABI_FLOAT_HARD) !== 0;
  return variant === "v6" || isHard === (variant !== "v5");
}
