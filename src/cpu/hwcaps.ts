/**
 * glibc-hwcaps: folders with copies of libraries for better CPUs of one machine. Each machine has a ladder of names; a CPU uses the
 * copies of its own rung and of all below, the best first.
 * Sources: glibc's sysdeps/x86_64/dl-hwcaps-subdirs.c, sysdeps/powerpc/powerpc64/le/dl-hwcaps-subdirs.c and
 * sysdeps/s390/s390-64/dl-hwcaps-subdirs.c.
 */
import { POWER_LEVELS, X86_64_LEVELS, Z_LEVELS } from "./level.js";

/** e_machine of each ladder: x86-64, POWER, s390x */
const MACHINES: readonly number[] = [62, 21, 22];

/** lowest rung first; the baseline of each machine has no folder */
const LADDERS: readonly (readonly string[])[] = [X86_64_LEVELS.slice(1), POWER_LEVELS, Z_LEVELS];

/** The names among these that a loader of a machine knows: those of i386 know none. */
export function hwcapsOfMachine(names: readonly string[], machine: number): readonly string[] {
  const ladder = LADDERS[MACHINES.indexOf(machine)] ?? [];
  return names.filter((name) => ladder.includes(name));
}

/** What a CPU may be called where its rung is wanted: the baseline of x86-64, and every name of a folder. */
export const CPU_LEVELS: readonly string[] = ["x86-64-v1", ...LADDERS.flat()];

/** The glibc-hwcaps subfolders that a CPU of this level uses, best first; none for a baseline or an unknown level. */
export function hwcapsOfLevel(level: string | undefined): readonly string[] {
  const ladder = LADDERS.find((names) => names.includes(level ?? "")) ?? [];
  return ladder.slice(0, ladder.indexOf(level ?? "") + 1).reverse();
}

/**
 * Levels that between them make every choice of copies that some CPU makes, where these subfolders exist: those of x86-64, and those
 * of other machines that have one of them.
 */
export function possibleLevels(existing: ReadonlySet<string>): readonly string[] {
  const others = LADDERS.slice(1).flat();
  return [...X86_64_LEVELS, ...others.filter((name) => existing.has(name))];
}
