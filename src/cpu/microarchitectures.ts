/** The microarchitectures that containerspec knows, in one table: every vendor's after what nobody makes, which they descend from. */
import { FEATURE_ALIASES } from "./features.js";
import { createTable, type CpuTable } from "./microarchitecture.js";
import { AMPERE, APPLE, ARM, CAVIUM, FUJITSU } from "./targets/arm.js";
import { GENERIC } from "./targets/generic.js";
import { IBM, SIFIVE, SPACEMIT } from "./targets/power-and-riscv.js";
import { AMD } from "./targets/x86-amd.js";
import { INTEL } from "./targets/x86-intel.js";

export const MICROARCHITECTURES: CpuTable = createTable(
  [
    { vendor: "", rows: GENERIC },
    { vendor: "GenuineIntel", rows: INTEL },
    { vendor: "AuthenticAMD", rows: AMD },
    { vendor: "ARM", rows: ARM },
    { vendor: "Cavium", rows: CAVIUM },
    { vendor: "Fujitsu", rows: FUJITSU },
    { vendor: "Ampere", rows: AMPERE },
    { vendor: "Apple", rows: APPLE },
    { vendor: "IBM", rows: IBM },
    { vendor: "SiFive", rows: SIFIVE },
    { vendor: "SpacemiT", rows: SPACEMIT },
  ],
  FEATURE_ALIASES,
);
