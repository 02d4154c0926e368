/**
 * A host as what an image may run on. What nobody says of it, its own C library may: it would not run there on an older kernel, or on a
 * CPU below the level that its loader asks for.
 */
import { normalizeMachine } from "./cpu/description.js";
import { listLevelsBelow, lowestLevel } from "./cpu/level.js";
import { findNamedCpu } from "./cpu/named-cpu.js";
import type { CpuFacts } from "./host/cpu-info.js";
import { createSide } from "./mounts/side.js";
import type { ElfObject } from "./elf/object.js";
import { hostSettings, type Host } from "./host/host.js";
import { CUDA_DRIVERS } from "./knowledge/drivers.js";
import { createLoader } from "./loader/loader.js";
import { findNeededLevel, parseKernel } from "./loader/machine-limits.js";
import { abiOf } from "./loader/identity.js";
import { sameAbi } from "./loader/abi.js";
import { baseName } from "./rootfs/path.js";
import type { MatchTarget } from "./match/target.js";
import { compareReleases } from "./spec/releases.js";
import { findLoaderFiles } from "./spec/fate.js";

/** @param cpuName what the user says that the CPU is: a microarchitecture or a level */
export function toMatchTarget(host: Host, cpuName: string | undefined): MatchTarget {
  const machine = host.machine === undefined ? undefined : normalizeMachine(host.machine);
  const own = findOwnLoader(host);
  const kernel = toKernel(host, own);
  const name = namedCpuOf(machine, cpuName);
  const cpu: Partial<CpuFacts> | undefined = name === undefined ? host.cpu : findNamedCpu(name);
  const level = toLevel(cpu?.level, own, machine);
  return {
    source: host.source,
    name: host.osRelease.prettyName,
    ...(machine === undefined ? {} : { machine }),
    ...(kernel === undefined ? {} : { kernel }),
    cpu: {
      ...(cpu?.name === undefined ? {} : { name: cpu.name }),
      ...(level === undefined ? {} : { level }),
      features: cpu?.features ?? [],
      ...(cpu?.generation === undefined ? {} : { generation: cpu.generation }),
    },
    emulators: host.emulators ?? [],
  };
}

/** The CPU that the user names, for a host whose CPU it can be: hosts of other machines keep their own. */
export function namedCpuOf(machine: string | undefined, cpuName: string | undefined): string | undefined {
  const level = cpuName === undefined ? undefined : findNamedCpu(cpuName)?.level;
  return level === undefined || (machine !== undefined && !isLevelOf(machine, level)) ? undefined : cpuName;
}

/** Every level of a machine stands on its lowest; a 32-bit kernel runs on the same CPU. */
function isLevelOf(machine: string, level: string): boolean {
  const lowest = lowestLevel(machine === "x86" ? "x86_64" : machine);
  return lowest !== undefined && listLevelsBelow(level).includes(lowest);
}

/** The loader of the host's own programs, and its C library. */
function findOwnLoader({ root, examples: [example] }: Host): readonly ElfObject[] {
  if (example === undefined) return [];
  const { loader } = createSide(root, { env: new Map(), hwcaps: [], limits: {} }).subject;
  const interp = loader.identityOf(example)?.interp;
  return interp === undefined ? [] : findLoaderFiles(root, interp);
}

function toKernel({ kernel }: Host, own: readonly ElfObject[]): MatchTarget["kernel"] {
  const running = parseKernel(kernel);
  if (running !== undefined) return { release: running, isExact: true };
  const floor = own.map(({ notes }) => notes.abiTag?.kernel).find((one) => one !== undefined);
  return floor === undefined ? undefined : { release: floor, isExact: false };
}

function toLevel(
  known: string | undefined,
  own: readonly ElfObject[],
  machine: string | undefined,
): MatchTarget["cpu"]["level"] {
  // A profile of a later release may have a level that is not known here.
  if (known !== undefined && machine !== undefined && isLevelOf(machine, known)) return { name: known, isExact: true };
  const asked = own
    .flatMap((elf) => findNeededLevel(elf) ?? [])
    .sort()
    .at(-1);
  const lowest = machine === "x86_64" ? (asked ?? lowestLevel(machine)) : undefined;
  return lowest === undefined ? undefined : { name: lowest, isExact: false };
}

/** The host's library of a name for the machine of `like`; undefined where its loader finds none. */
export function findDriver(host: Host, name: string, like: ElfObject | undefined): string | undefined {
  const fitting = host.examples.find((one) => like !== undefined && sameAbi(abiOf(one), abiOf(like)));
  if (fitting === undefined) return undefined;
  const found = createLoader(host.root, hostSettings(host)).findPlain(name, fitting);
  return found.kind === "found" ? found.realPath : undefined;
}

/** The releases of the host's NVIDIA driver, which the name of its libcuda tells, and of the CUDA that it came with. That of a Jetson board is called libcuda.so.1.1 whatever its release. */
export function findCuda(host: Host): ReadonlyMap<string, string> {
  const path = findDriver(host, "libcuda.so.1", host.examples[0]);
  const driver = /^libcuda\.so\.(\d{3,}\.\d+(?:\.\d+)?)$/.exec(baseName(path ?? ""))?.[1];
  if (driver === undefined) return new Map();
  const cuda = CUDA_DRIVERS.findLast(([, oldest]) => compareReleases(driver, oldest) >= 0)?.[0];
  return new Map([["driver", driver], ...(cuda === undefined ? [] : [["cuda", cuda] as const])]);
}
