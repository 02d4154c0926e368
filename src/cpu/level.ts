/**
 * Levels: names for "a CPU that can do at least this". Compilers build for them, distributions demand them, and glibc-hwcaps folders
 * are named after some. They say nothing of who made the CPU, and are told from the features that its system shows, each together
 * with all that it stands on. POWER has none to tell apart by features: its levels are generations.
 *
 * Sources: x86-64 psABI, table "Micro-Architecture Levels"; Arm's Architecture Reference Manual, what each extension makes mandatory
 * and Linux shows as a hwcap (Documentation/arch/arm64/elf_hwcaps.rst); RISC-V's RVA profiles, U64, likewise; for z glibc's
 * sysdeps/s390/s390-64/dl-hwcaps-subdirs.c. Features are spelled as in /proc/cpuinfo.
 */
export const X86_64_LEVELS = ["x86-64-v1", "x86-64-v2", "x86-64-v3", "x86-64-v4"] as const;

/** POWER's that glibc has folders for; the generations before have names only. */
export const POWER_LEVELS = ["power9", "power10", "power11"] as const;
export const Z_LEVELS = ["z13", "z14", "z15", "z16", "z17"] as const;

interface Level {
  readonly name: string;
  /** levels that it stands on */
  readonly on: readonly string[];
  readonly needs: readonly string[];
}

const level = (name: string, on: readonly string[], needs: string): Level => ({ name, on, needs: needs.split(" ") });

/** By machine, worse levels before better ones. */
const LEVELS: ReadonlyMap<string, readonly Level[]> = new Map(
  Object.entries({
    x86_64: [
      level("x86-64-v1", [], "cmov cx8 fpu fxsr mmx syscall sse sse2"),
      level("x86-64-v2", ["x86-64-v1"], "cx16 lahf_lm popcnt pni ssse3 sse4_1 sse4_2"),
      level("x86-64-v3", ["x86-64-v2"], "avx avx2 bmi1 bmi2 f16c fma abm movbe xsave"),
      level("x86-64-v4", ["x86-64-v3"], "avx512f avx512bw avx512cd avx512dq avx512vl"),
    ],
    aarch64: [
      level("armv8-a", [], "fp asimd"),
      level("armv8.1-a", ["armv8-a"], "crc32 atomics asimdrdm"),
      level("armv8.2-a", ["armv8.1-a"], "dcpop"),
      level("armv8.3-a", ["armv8.2-a"], "fcma jscvt lrcpc paca pacg"),
      level("armv8.4-a", ["armv8.3-a"], "asimddp dit flagm ilrcpc uscat"),
      level("armv8.5-a", ["armv8.4-a"], "bti dcpodp flagm2 frint sb ssbs"),
      level("armv8.6-a", ["armv8.5-a"], "bf16 i8mm"),
      level("armv9-a", ["armv8.5-a"], "sve2"),
      level("armv9.2-a", ["armv9-a", "armv8.6-a"], "afp wfxt"),
    ],
    riscv64: [
      level("rv64gc", [], "i m a f d c"),
      level("rva22u64", ["rv64gc"], "zba zbb zbs zfhmin zicbom zicbop zicboz zihintpause zkt"),
      level("rva23u64", ["rva22u64"], "v zawrs zcb zcmop zfa zicond zihintntl zimop zvbb zvfhmin zvkt"),
    ],
    s390x: [
      level("z13", [], "vx"),
      level("z14", ["z13"], "vxd vxe gs"),
      level("z15", ["z14"], "vxe2 vxp"),
      level("z16", ["z15"], "vxp2"),
    ],
  }),
);

/** All features that a level needs, those of the levels below among them; undefined where it is no level told by features. */
export function findLevelFeatures(name: string): readonly string[] | undefined {
  const found = [...LEVELS.values()].flat().find((one) => one.name === name);
  return found && [...found.on.flatMap((below) => findLevelFeatures(below) ?? []), ...found.needs];
}

/**
 * The best level of a machine whose every feature is there; undefined below the lowest, and for machines without levels.
 *
 * @param machine `uname -m`
 * @param has whether the CPU has a feature
 */
export function findLevel(machine: string, has: (feature: string) => boolean): string | undefined {
  return LEVELS.get(machine)?.findLast(({ name }) => findLevelFeatures(name)?.every(has))?.name;
}

/** Facilities of z17 have no names in /proc/cpuinfo: the number of the machine tells it. */
const Z17_MACHINES: readonly string[] = ["9175", "9176"];

/** The level of a z machine, whose number ("3931") counts where its features leave off. */
export function findZLevel(number: string | undefined, has: (feature: string) => boolean): string | undefined {
  const level = findLevel("s390x", has);
  return level === "z16" && Z17_MACHINES.includes(number ?? "") ? "z17" : level;
}

/** The level of a POWER CPU, which is its generation: the first that runs little-endian is POWER8, the last with a folder POWER11. */
export function findPowerLevel(generation: number): string | undefined {
  return generation < 8 ? undefined : `power${Math.min(generation, 11)}`;
}

/** A level and all that it stands on, itself first; none for a name that is no level. */
export function listLevelsBelow(name: string): readonly string[] {
  const ladder: readonly string[] = ["power8", ...POWER_LEVELS];
  if (ladder.includes(name)) return ladder.slice(0, ladder.indexOf(name) + 1).reverse();
  if (name === "z17") return [name, ...listLevelsBelow("z16")];
  const found = [...LEVELS.values()].flat().find((one) => one.name === name);
  return found === undefined ? [] : [...new Set([name, ...found.on.flatMap(listLevelsBelow)])];
}

/** The lowest level of a machine that has any; on RISC-V and Z there are CPUs below it. */
export function lowestLevel(machine: string): string | undefined {
  return machine === "ppc64le" ? "power8" : LEVELS.get(machine)?.[0]?.name;
}
