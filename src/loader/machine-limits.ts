/**
 * What the machine that runs a process cannot give: instructions that its CPU lacks, and a kernel that is too old. Loaders refuse
 * such files by what their notes say. Where nothing is known of the machine, nothing is refused.
 */
import { X86_64_LEVELS } from "../cpu/level.js";
import { EM_386, EM_X86_64 } from "../elf/machine-numbers.js";
import type { ElfObject } from "../elf/object.js";
import { isAtLeast, isOlderThan, type LoaderIdentity } from "./identity.js";
import type { LoadProblem } from "./problem.js";
import type { LoadedObject } from "./scope.js";

export interface MachineLimits {
  /** the x86-64 level of the CPU: "x86-64-v3" */
  readonly level?: string;
  /** release of the Linux kernel: "6.1.0-13-amd64" */
  readonly kernel?: string;
}

/** GNU_PROPERTY_X86_ISA_1_NEEDED: one bit a level, the lowest for the baseline */
const X86_ISA_1_NEEDED = 0xc0008002;
/** the OS of an ABI tag: Linux */
const ABI_TAG_LINUX = 0;

/**
 * Since 2.33 the loader refuses every object whose note asks for a level that the CPU does not reach. Mirrors dl_isa_level_check
 * of sysdeps/x86/dl-prop.h.
 */
export function* checkIsaLevels(
  objects: readonly LoadedObject[],
  identity: LoaderIdentity,
  { level }: MachineLimits,
): Generator<LoadProblem> {
  const reached = X86_64_LEVELS.findIndex((one) => one === level);
  if (reached === -1 || !isAtLeast(identity.version, 2, 33)) return;
  for (const { elf, path } of objects) {
    const needed = findNeededIndex(elf);
    if (needed <= reached) continue;
    yield {
      kind: "isa-level-too-high",
      requiredBy: path,
      needed: nameLevel(needed),
      level: X86_64_LEVELS[reached] as string,
    };
  }
}

/** The highest x86-64 level that a note of an object asks for: "x86-64-v3"; undefined where none does. */
export function findNeededLevel(elf: ElfObject): string | undefined {
  const index = findNeededIndex(elf);
  return index === -1 ? undefined : nameLevel(index);
}

/** The index of the highest level that a note asks for; -1 where none does. */
function findNeededIndex({ machine, notes }: ElfObject): number {
  // The number of the property is another machine's for something else.
  if (machine !== EM_X86_64 && machine !== EM_386) return -1;
  const bits = notes.properties.find(({ type }) => type === X86_ISA_1_NEEDED)?.value ?? 0;
  return 31 - Math.clz32(bits);
}

function nameLevel(index: number): string {
  return X86_64_LEVELS[index] ?? "a level of the future";
}

/**
 * Up to 2.35 a file is passed over whose ABI tag names another system, or a later kernel than the one that runs. Mirrors the note
 * check of open_verify in elf/dl-load.c, which 2.36 dropped.
 *
 * @returns why the file is passed over; undefined where it is taken
 */
export function findAbiTagObjection(
  { notes: { abiTag } }: ElfObject,
  identity: LoaderIdentity,
  { kernel }: MachineLimits,
): string | undefined {
  if (abiTag === undefined || !isOlderThan(identity.version, 2, 36)) return undefined;
  if (abiTag.os !== ABI_TAG_LINUX) return "its ABI tag names another system than Linux";
  const running = parseKernel(kernel);
  if (running === undefined || compareKernels(running, abiTag.kernel) >= 0) return undefined;
  return `it needs Linux ${abiTag.kernel.join(".")}, and Linux ${running.join(".")} runs`;
}

/** The release that a kernel says it is, as numbers: "6.1.0-13-amd64" is 6, 1, 0. */
export function parseKernel(release: string | undefined): readonly number[] | undefined {
  return /^\d+(?:\.\d+){1,2}/
    .exec(release ?? "")?.[0]
    .split(".")
    .map(Number);
}

/** Negative where the first is the older release, 0 where they are one. */
export function compareKernels(a: readonly number[], b: readonly number[]): number {
  const at = [0, 1, 2].find((i) => (a[i] ?? 0) !== (b[i] ?? 0));
  return at === undefined ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}
