/**
 * 64-bit Arm's cores by their makers. "CPU part" numbers a core among those of one maker; a chip with two kinds of cores shows two
 * numbers. Features are those that machines with the core show, so that not everything its Arm version demands is among them.
 * Numbers: Linux' arch/arm64/include/asm/cputype.h and util-linux' sys-utils/lscpu-arm.c.
 */
import type { TargetRow } from "../microarchitecture.js";

/** What Neoverse V2 and N2 have in common beyond N1: they are told apart by their numbers. */
const NEOVERSE_9 =
  "asimdfhm bf16 dcpodp fcma flagm flagm2 frint i8mm ilrcpc jscvt sb sha3 sha512 sve sve2 svebf16 svei8mm uscat";

export const ARM: readonly TargetRow[] = [
  {
    name: "cortex_a72",
    parents: ["aarch64"],
    adds: "aes asimd cpuid crc32 evtstrm fp pmull sha1 sha2",
    parts: ["0xd08"],
  },
  {
    name: "neoverse_n1",
    parents: ["cortex_a72", "armv8.2a"],
    adds: "asimddp asimdhp asimdrdm atomics dcpop fphp lrcpc",
    parts: ["0xd0c"],
  },
  {
    name: "neoverse_v1",
    parents: ["neoverse_n1", "armv8.4a"],
    adds: "asimdfhm bf16 dcpodp dgh dit fcma flagm i8mm ilrcpc jscvt rng sha3 sha512 sve svebf16 svei8mm uscat",
    parts: ["0xd40"],
  },
  { name: "neoverse_v2", parents: ["neoverse_n1", "armv9.0a"], adds: NEOVERSE_9, parts: ["0xd4f"] },
  {
    name: "neoverse_n2",
    parents: ["neoverse_n1", "armv9.0a"],
    adds: NEOVERSE_9,
    parts: ["0xd49"],
    // Azure Cobalt 100
    alsoBy: ["Microsoft"],
  },
  {
    name: "neoverse_v3ae",
    parents: ["neoverse_v2", "armv9.2a"],
    adds: "afp bti dgh dit ecv paca pacg sm3 sm4 sveaes svebitperm svepmull svesha3 svesm4 wfxt",
    parts: ["0xd83"],
  },
];

export const CAVIUM: readonly TargetRow[] = [
  {
    name: "thunderx2",
    parents: ["armv8.1a"],
    adds: "aes asimd asimdrdm atomics cpuid crc32 evtstrm fp pmull sha1 sha2",
    parts: ["0x0af"],
  },
];

export const FUJITSU: readonly TargetRow[] = [
  {
    name: "a64fx",
    parents: ["armv8.2a"],
    adds: "asimd asimdhp asimdrdm atomics cpuid crc32 dcpop evtstrm fcma fp fphp sha1 sha2 sve",
    parts: ["0x001"],
  },
];

/** The servers of the Ampere One; the Altra before them has Arm's Neoverse N1. */
export const AMPERE: readonly TargetRow[] = [
  {
    name: "ampere1",
    parents: ["neoverse_n1", "armv8.6a"],
    adds: "asimdfhm bf16 bti dcpodp dit ecv fcma flagm flagm2 frint i8mm ilrcpc jscvt paca pacg rng sb sha3 sha512 ssbs uscat",
    parts: ["0xac3"],
  },
  { name: "ampere1a", parents: ["ampere1"], adds: "sm3 sm4", parts: ["0xac4"] },
];

/** Each chip of Apple's has efficient and fast cores, and its larger forms have numbers of their own. */
export const APPLE: readonly TargetRow[] = [
  {
    name: "m1",
    parents: ["armv8.4a"],
    adds:
      "aes asimd asimddp asimdfhm asimdhp asimdrdm atomics cpuid crc32 dcpodp dcpop dit evtstrm fcma flagm flagm2 fp fphp frint " +
      "ilrcpc jscvt lrcpc paca pacg pmull sb sha1 sha2 sha3 sha512 ssbs uscat",
    parts: ["0x022", "0x023", "0x024", "0x025", "0x028", "0x029"],
  },
  {
    name: "m2",
    parents: ["m1", "armv8.5a"],
    adds: "bf16 bti ecv i8mm",
    parts: ["0x032", "0x033", "0x034", "0x035", "0x038", "0x039"],
  },
  { name: "m3", parents: ["m2", "armv8.6a"], parts: ["0x048", "0x049"] },
  { name: "m4", parents: ["m3", "armv8.6a"], adds: "sme sme2" },
];
