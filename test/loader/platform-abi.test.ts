/** Which ELF files are programs of a platform: every name that Debian's images have, against the machines of the builder. */
import { expect, it } from "vitest";
import { normalizePlatform, parsePlatform } from "../../src/image/platform.js";
import { findArchitecture, isOfPlatform } from "../../src/loader/platform-abi.js";
import { MACHINES } from "../support/elf-machines.js";

const SOFT_FLOAT = { ...MACHINES.arm, flags: 0x5000200 };
const ALL = { ...MACHINES, armel: SOFT_FLOAT };

it.each([
  ["linux/amd64", ["x86-64"]],
  ["linux/amd64/v3", ["x86-64"]],
  ["linux/x86_64", ["x86-64"]],
  ["linux/386", ["i386"]],
  ["linux/arm64", ["aarch64"]],
  ["linux/arm64/v8", ["aarch64"]],
  ["linux/arm", ["arm"]],
  ["linux/arm/v7", ["arm"]],
  ["linux/arm/v6", ["arm", "armel"]],
  ["linux/arm/v5", ["armel"]],
  ["linux/ppc64le", ["ppc64le"]],
  ["linux/s390x", ["s390x"]],
  ["linux/riscv64", ["riscv64"]],
  ["linux/loong64", ["loongarch64"]],
  ["linux/mips64le", ["mips64el"]],
  ["linux/wasm", []],
])("%s runs programs for %j", (platform, machines) => {
  const own = normalizePlatform(parsePlatform(platform));
  const found = Object.entries(ALL).filter(([, abi]) => isOfPlatform(abi, own));
  expect(found.map(([name]) => name)).toEqual(machines);
});

it.each([
  ["x86-64", "linux/amd64"],
  ["i386", "linux/386"],
  ["aarch64", "linux/arm64"],
  ["arm", "linux/arm"],
  ["armel", "linux/arm/v5"],
  ["s390x", "linux/s390x"],
] as const)("programs for %s are those of %s", (machine, platform) => {
  const architecture = findArchitecture(ALL[machine]);
  expect(architecture).toEqual({ ...normalizePlatform(parsePlatform(platform)), os: undefined });
});
