/** Saved hosts: profiles of real roots, each with the CPU and the kernel that a test gives it. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describeHost } from "../../src/index.js";
import { readSystem } from "../scenarios/debian-files.js";
import type { SystemDescription } from "../scenarios/incident.js";
import { writeFiles } from "../support/story-image.js";

export interface HostOf {
  readonly system: SystemDescription;
  readonly kernel?: string;
  /** a text of /proc/cpuinfo */
  readonly cpuinfo?: string;
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** Writes `<name>.json` and returns its path. */
export async function writeHost(
  folder: string,
  name: string,
  { system, kernel, cpuinfo, extra }: HostOf,
): Promise<string> {
  const root = join(folder, `${name}.root`);
  writeFiles(root, readSystem(system));
  const capture = join(folder, `${name}.cpuinfo`);
  if (cpuinfo !== undefined) writeFileSync(capture, cpuinfo);
  const profile = await describeHost(root, cpuinfo === undefined ? {} : { cpuinfo: capture });
  const path = join(folder, `${name}.json`);
  writeFileSync(path, JSON.stringify({ ...profile, ...(kernel === undefined ? {} : { kernel }), ...extra }));
  return path;
}

const X86 = "cmov cx8 fpu fxsr mmx syscall sse sse2 lm";
const V2 = `${X86} cx16 lahf_lm popcnt pni ssse3 sse4_1 sse4_2`;
const V3 = `${V2} avx avx2 bmi1 bmi2 f16c fma abm movbe xsave`;
const V4 = `${V3} avx512f avx512bw avx512cd avx512dq avx512vl`;

/** /proc/cpuinfo of x86-64 CPUs of one level each, of a maker whose microarchitectures are not known. */
export const CPUINFO = {
  v1: `processor\t: 0\nvendor_id\t: Other\nflags\t\t: ${X86}\n`,
  v2: `processor\t: 0\nvendor_id\t: Other\nflags\t\t: ${V2}\n`,
  v3: `processor\t: 0\nvendor_id\t: Other\nflags\t\t: ${V3}\n`,
  v4: `processor\t: 0\nvendor_id\t: Other\nflags\t\t: ${V4}\n`,
  neoverse:
    "processor\t: 0\nFeatures\t: fp asimd evtstrm aes pmull sha1 sha2 crc32 atomics fphp asimdhp cpuid asimdrdm lrcpc dcpop asimddp ssbs\nCPU implementer\t: 0x41\nCPU part\t: 0xd0c\n",
  z14: "vendor_id       : IBM/S390\n# processors    : 1\nfeatures\t: esan3 zarch stfle msa ldisp eimm dfp edat etf3eh highgprs te vx vxd vxe gs sie\nprocessor 0: version = FF,  identification = 000000,  machine = 3906\n",
} as const;
