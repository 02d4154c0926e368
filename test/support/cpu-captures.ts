/** Captures of CPUs as a test needs them: one processor of each sort in the words of its system, and a guest that was really saved. */
import { readFileSync } from "node:fs";

/** What this machine's tools print of one guest of a hypervisor that hides waitpkg: in each form that is read. */
export const GUEST_FORMS = ["guest.cpuinfo", "guest.lscpu", "guest.lscpu.json", "guest.cpuid", "guest.csv"] as const;

export function readGuest(form: (typeof GUEST_FORMS)[number]): string {
  return readFileSync(new URL(`../../fixtures/cpu/${form}`, import.meta.url), "utf8");
}

interface X86 {
  readonly vendor?: string;
  /** family, model and stepping */
  readonly model?: readonly [number, number, number?];
  readonly flags: readonly string[];
}

/** /proc/cpuinfo of two processors. */
export function x86CpuInfo({ vendor = "GenuineIntel", model, flags }: X86): string {
  const [family = 6, number = 0, stepping = 0] = model ?? [];
  const lines = [
    `vendor_id\t: ${vendor}`,
    `cpu family\t: ${family}`,
    `model\t\t: ${number}`,
    `stepping\t: ${stepping}`,
    `flags\t\t: ${flags.join(" ")}`,
    "bugs\t\t: spectre_v1",
  ];
  return [0, 1].map((at) => [`processor\t: ${at}`, ...lines, "power management:", "", ""].join("\n")).join("");
}

interface Arm {
  readonly implementer?: string;
  readonly part?: string;
  readonly features: readonly string[];
}

export function armCpuInfo({ implementer = "0x41", part = "0xfff", features }: Arm): string {
  return [
    "processor\t: 0",
    "BogoMIPS\t: 50.00",
    `Features\t: ${features.join(" ")}`,
    `CPU implementer\t: ${implementer}`,
    "CPU architecture: 8",
    "CPU variant\t: 0x1",
    `CPU part\t: ${part}`,
    "CPU revision\t: 1",
    "",
    "",
  ].join("\n");
}

export function powerCpuInfo(cpu: string): string {
  return `processor\t: 0\ncpu\t\t: ${cpu}\nclock\t\t: 3000.000000MHz\nrevision\t: 2.2 (pvr 004e 1202)\n\ntimebase\t: 512000000\nplatform\t: pSeries\n`;
}

export function riscvCpuInfo(isa: string, more = ""): string {
  return `processor\t: 0\nhart\t\t: 1\nisa\t\t: ${isa}\nmmu\t\t: sv39\n${more}\n`;
}

export function zCpuInfo(features: string, machine: number): string {
  return [
    "vendor_id       : IBM/S390",
    "# processors    : 1",
    "bogomips per cpu: 3033.00",
    `features\t: ${features}`,
    "facilities      : 0 1 2 3 4",
    `processor 0: version = FF,  identification = 0133E8,  machine = ${machine}`,
    "",
  ].join("\n");
}
