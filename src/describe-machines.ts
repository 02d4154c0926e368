/**
 * What runs the image's processes is the host's CPU and the host's kernel. Where nobody knows the CPU, or not its model, and copies
 * for some CPUs are there to be taken, it is every machine that would choose otherwise: each is asked, and the worst answer stands.
 */
import type { AnalyzeOptions } from "./analyze-options.js";
import { findHardwareWords, possibleHardwareWords, WORDS_OF_MODELS, type HardwareWords } from "./cpu/hardware-words.js";
import { CPU_LEVELS, hwcapsOfLevel, possibleLevels } from "./cpu/hwcaps.js";
import { findNamedCpu } from "./cpu/named-cpu.js";
import type { CpuFacts } from "./host/cpu-info.js";
import type { FileFacts } from "./loader/facts.js";
import { findCpuChoices } from "./loader/find-cpu-choices.js";
import { compareKernels } from "./loader/machine-limits.js";
import { findPreloads } from "./loader/root-settings.js";
import type { Machine } from "./mounts/launch.js";
import type { RootFilesystem } from "./rootfs/filesystem.js";
import { walk } from "./rootfs/walk.js";

/** @param env of the image's processes: LD_LIBRARY_PATH may hold $PLATFORM */
export function describeMachines(
  { host, cpuLevel, mounts = [] }: Pick<AnalyzeOptions, "host" | "cpuLevel" | "mounts">,
  image: RootFilesystem<FileFacts>,
  env: ReadonlyMap<string, string>,
): readonly [Machine, ...Machine[]] {
  // Who names a level speaks of another CPU than the one that the host was described on.
  // A CPU whose features the environment masks is one that nobody knows, up to its level.
  const isMasked = MASKS.some((name) => /\bhwcap/.test(env.get(name) ?? "") || (name !== TUNABLES && env.has(name)));
  const named = cpuLevel === undefined ? host.cpu : findNamedCpu(cpuLevel);
  const cpu = isMasked ? undefined : named;
  const known = named?.level ?? cpuLevel;
  const kernel = host.kernel === undefined ? {} : { kernel: host.kernel };
  const limits = known === undefined ? kernel : { ...kernel, level: known };
  const choices = [image, host.root].map(findCpuChoices);
  // A bind may put copies into folders that neither side has at that place.
  const existing = new Set([...choices.flatMap(({ hwcaps }) => hwcaps), ...mounts.flatMap(namesInFolders)]);
  const texts = [env.get("LD_LIBRARY_PATH"), env.get("LD_PRELOAD"), ...findPreloads(image)].map((text) => text ?? "");
  const isByModel =
    choices.some((one) => one.isByModel) ||
    texts.some((text) => /\$\{?PLATFORM/.test(text)) ||
    mounts.some((bind) => bind.split(/[:/]/).some((name) => WORDS_OF_MODELS.has(name)));
  const machines: Machine[] = [];
  const seen = new Set<string>();
  for (const level of levelsUpTo(known, isMasked, existing)) {
    const hwcaps = hwcapsOfLevel(level);
    for (const words of isByModel ? wordsOf(cpu, level) : [undefined]) {
      // Levels between which nothing is there to choose are one machine.
      const key = JSON.stringify([hwcaps.filter((name) => existing.has(name)), words]);
      if (!seen.has(key)) machines.push({ hwcaps, ...(words === undefined ? {} : { words }), limits });
      seen.add(key);
    }
  }
  const [first = { hwcaps: [], limits }, ...others] = machines;
  return [first, ...others];
}

/**
 * Where nobody knows the host's kernel, and some file of the image asks for a later one than it has for certain, each machine twice: a
 * loader up to glibc 2.35 takes that file on the one, and passes over it on the other.
 *
 * @param oldest the release that the kernel has at least: 3, 2, 0
 */
export function describeKernels(
  machines: readonly [Machine, ...Machine[]],
  oldest: readonly number[],
  image: RootFilesystem<FileFacts>,
): readonly [Machine, ...Machine[]] {
  if (machines[0].limits.kernel !== undefined || !hasLaterTag(image, oldest)) return machines;
  const kernel = oldest.join(".");
  return [...machines, ...machines.map((one) => ({ ...one, limits: { ...one.limits, kernel } }))];
}

function hasLaterTag(root: RootFilesystem<FileFacts>, oldest: readonly number[]): boolean {
  for (const { node } of walk(root)) {
    const tag = node.kind === "file" && node.facts.kind === "elf" ? node.facts.elf.notes.abiTag : undefined;
    if (tag !== undefined && compareKernels(tag.kernel, oldest) > 0) return true;
  }
  return false;
}

const TUNABLES = "GLIBC_TUNABLES";
/** glibc.cpu.hwcaps, glibc.cpu.hwcap_mask, and how the latter was set before there were tunables */
const MASKS = [TUNABLES, "LD_HWCAP_MASK"];

function levelsUpTo(known: string | undefined, isMasked: boolean, existing: ReadonlySet<string>): readonly string[] {
  if (known === undefined) return possibleLevels(existing);
  return isMasked ? ["x86-64-v1", ...hwcapsOfLevel(known)] : [known];
}

/** The levels and words of models that a bind's text names: "/opt/x:/lib/glibc-hwcaps/x86-64-v3". */
function namesInFolders(bind: string): readonly string[] {
  const names = bind.split(/[:/]/);
  return names.includes("glibc-hwcaps") ? [...CPU_LEVELS] : [];
}

/** Every choice of words of this CPU, or of one of this level; other machines than x86-64 have none. */
function wordsOf(
  cpu: Pick<CpuFacts, "vendor" | "features" | "level"> | undefined,
  level: string,
): readonly (HardwareWords | undefined)[] {
  const words = cpu === undefined ? possibleHardwareWords(level) : findHardwareWords(cpu);
  return words.length === 0 ? [undefined] : words;
}
