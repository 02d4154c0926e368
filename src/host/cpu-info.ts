/** The CPU of a host, as a profile keeps it. */
import { readCapture } from "../cpu/captures/read-capture.js";
import { normalizeMachine } from "../cpu/description.js";
import { identifyCpu, type CpuIdentity } from "../cpu/identify.js";
import type { CpuTable } from "../cpu/microarchitecture.js";

/** What is known of a host's CPU; a profile of an older release has name, vendor, features and level alone. */
export interface CpuFacts extends Omit<CpuIdentity, "machine" | "nearest" | "missing"> {
  readonly nearest?: string;
  readonly missing?: readonly string[];
}

/**
 * The CPU that a capture describes: a text of /proc/cpuinfo, lscpu, sysctl or CPUID.
 *
 * @param machine `uname -m`, where it is known
 * @param more the microarchitectures that it may be, where not ours; features that it has though the text does not say so
 * @returns undefined where it describes none, or none of that machine: under emulation a kernel shows the CPU that is really there
 */
export function parseCpuInfo(
  text: string,
  machine?: string,
  { table, proven = [] }: { readonly table?: CpuTable | undefined; readonly proven?: readonly string[] } = {},
): CpuFacts | undefined {
  const told = readCapture(text);
  const described = told && { ...told, features: [...new Set([...told.features, ...proven])].sort() };
  const found =
    described && identifyCpu(described, machine === undefined ? undefined : normalizeMachine(machine), table);
  if (found === undefined) return undefined;
  const { machine: _, ...cpu } = found;
  return cpu;
}
