/**
 * What runs the image's processes is the host's CPU and the host's kernel. Where nobody knows the CPU, or not its model, and copies
 * for some CPUs are there to be taken, it is every machine that would choose otherwise: each is asked, and the worst answer stands.
 */
import type { AnalyzeOptions } from "./analyze-options.js";
import { findHardwareWords, possibleHardwareWords, type HardwareWords } from "./cpu/hardware-words.js";
import { hwcapsOfLevel, possibleLevels } from "./cpu/hwcaps.js";
import type { CpuFacts } from "./host/cpu-info.js";
import type { FileFacts } from "./loader/facts.js";
import { findCpuChoices } from "./loader/find-cpu-choices.js";
import type { Machine } from "./mounts/launch.js";
import type { RootFilesystem } from "./rootfs/filesystem.js";

/** @param env of the image's processes: LD_LIBRARY_PATH may hold $PLATFORM */
export function describeMachines(
  { host, cpuLevel }: AnalyzeOptions,
  image: RootFilesystem<FileFacts>,
  env: ReadonlyMap<string, string>,
): readonly [Machine, ...Machine[]] {
  // Who names a level speaks of another CPU than the one that the host was described on.
  const cpu = cpuLevel === undefined ? host.cpu : undefined;
  const known = cpuLevel ?? cpu?.level;
  const kernel = host.kernel === undefined ? {} : { kernel: host.kernel };
  const limits = known === undefined ? kernel : { ...kernel, level: known };
  const choices = [image, host.root].map(findCpuChoices);
  const existing = new Set(choices.flatMap(({ hwcaps }) => hwcaps));
  const isByModel = choices.some((one) => one.isByModel) || /\$\{?PLATFORM/.test(env.get("LD_LIBRARY_PATH") ?? "");
  const machines: Machine[] = [];
  const seen = new Set<string>();
  for (const level of known === undefined ? possibleLevels(existing) : [known]) {
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

/** Every choice of words of this CPU, or of one of this level; other machines than x86-64 have none. */
function wordsOf(cpu: CpuFacts | undefined, level: string): readonly (HardwareWords | undefined)[] {
  const words = cpu === undefined ? possibleHardwareWords(level) : findHardwareWords(cpu);
  return words.length === 0 ? [undefined] : words;
}
