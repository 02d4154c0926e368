/** What a capture says of a CPU, in the words of Linux whatever system it is from. */
export interface CpuDescription {
  /** machines (`uname -m`) that such a capture can be from, the likeliest first */
  readonly machines: readonly [string, ...string[]];
  /** "GenuineIntel", "ARM"; "" where it is not told */
  readonly vendor: string;
  /** as in /proc/cpuinfo, sorted */
  readonly features: readonly string[];
  /** numbers of an x86 CPU */
  readonly model?: { readonly family: number; readonly model: number; readonly stepping?: number };
  /** "CPU part" of an Arm core: "0xd0c" */
  readonly part?: string;
  /** of a POWER CPU: 9 for POWER9 */
  readonly generation?: number;
  /** of an IBM Z: "3931" */
  readonly machineType?: string;
  /** the microarchitecture where its system gives it a name, and not features: "m2", "u74mc" */
  readonly called?: string;
}

const MACHINES = toMap({
  amd64: "x86_64",
  x64: "x86_64",
  "x86-64": "x86_64",
  i386: "x86",
  i486: "x86",
  i586: "x86",
  i686: "x86",
  arm64: "aarch64",
  aarch64_be: "aarch64",
  armhf: "arm",
  armv6l: "arm",
  armv7l: "arm",
  armv8l: "arm",
  ppc64el: "ppc64le",
  powerpc64le: "ppc64le",
  powerpc64: "ppc64",
  powerpc: "ppc",
});

/** What systems call a machine, as the table of microarchitectures does: "amd64" and "AMD64" are x86_64. */
export function normalizeMachine(name: string): string {
  const lower = name.toLowerCase();
  return MACHINES.get(lower) ?? lower;
}

/** A table that is asked for names that strangers wrote: an object would know "constructor" too. */
export function toMap<T>(entries: Readonly<Record<string, T>>): ReadonlyMap<string, T> {
  return new Map(Object.entries(entries));
}

/** Words between blanks, each once, sorted. */
export function splitWords(text: string): readonly string[] {
  return [...new Set(text.split(/\s+/).filter((word) => word !== ""))].sort();
}
