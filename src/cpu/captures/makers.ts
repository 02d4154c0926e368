/**
 * Makers of cores and their numbers. "CPU implementer" of an Arm core is a code of one byte that Arm gives out (Arm's Architecture
 * Reference Manual, MIDR_EL1); the names of cores are those that util-linux' lscpu prints instead of their numbers.
 */
import { toMap } from "../description.js";

const ARM_IMPLEMENTERS = toMap({
  "0x41": "ARM",
  "0x42": "Broadcom",
  "0x43": "Cavium",
  "0x44": "DEC",
  "0x46": "Fujitsu",
  "0x48": "HiSilicon",
  "0x49": "Infineon",
  "0x4d": "Motorola",
  "0x4e": "NVIDIA",
  "0x50": "APM",
  "0x51": "Qualcomm",
  "0x53": "Samsung",
  "0x56": "Marvell",
  "0x61": "Apple",
  "0x66": "Faraday",
  "0x68": "HXT",
  "0x69": "Intel",
  "0x6d": "Microsoft",
  "0x70": "Phytium",
  "0xc0": "Ampere",
});

/** The maker of an Arm core, from its code ("0x41") or a spelling of its name ("FUJITSU"); what is unknown stays as it is. */
export function toArmVendor(text: string): string {
  const lower = text.toLowerCase();
  return (
    ARM_IMPLEMENTERS.get(lower) ?? [...ARM_IMPLEMENTERS.values()].find((name) => name.toLowerCase() === lower) ?? text
  );
}

/** Names that lscpu has for cores, and their parts; of Apple's chips, which have many, those of the first core that is listed. */
const ARM_CORES = toMap({
  "Cortex-A72": "0xd08",
  "Neoverse-N1": "0xd0c",
  "Neoverse-V1": "0xd40",
  "Neoverse-N2": "0xd49",
  "Azure-Cobalt-100": "0xd49",
  "Neoverse-V2": "0xd4f",
  "Neoverse-V3AE": "0xd83",
  "ThunderX2-99xx": "0x0af",
  A64FX: "0x001",
  "Ampere-1": "0xac3",
  "Ampere-1a": "0xac4",
  "Icestorm-M1": "0x022",
  "Firestorm-M1": "0x023",
  "Icestorm-M1-Pro": "0x024",
  "Firestorm-M1-Pro": "0x025",
  "Icestorm-M1-Max": "0x028",
  "Firestorm-M1-Max": "0x029",
  "Blizzard-M2": "0x032",
  "Avalanche-M2": "0x033",
  "Blizzard-M2-Pro": "0x034",
  "Avalanche-M2-Pro": "0x035",
  "Blizzard-M2-Max": "0x038",
  "Avalanche-M2-Max": "0x039",
  "Sawtooth-M3-Max": "0x048",
  "Everest-M3-Max": "0x049",
});

/** The part of a core that lscpu names; undefined for a name that is not known. */
export function toArmPart(coreName: string): string | undefined {
  return ARM_CORES.get(coreName);
}

/** What Linux and lscpu call boards of RISC-V, as the device tree or the vendor's kernel has it. */
const RISCV_CORES = toMap({
  "sifive,u74-mc": { called: "u74mc", vendor: "SiFive" },
  "spacemit,x60": { called: "x60", vendor: "SpacemiT" },
  "spacemit(r) x60": { called: "x60", vendor: "SpacemiT" },
});

export function findRiscvCore(...names: readonly (string | undefined)[]) {
  return names.map((name) => RISCV_CORES.get((name ?? "").toLowerCase())).find((core) => core !== undefined);
}
