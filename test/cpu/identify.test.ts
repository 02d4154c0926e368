/** From a capture to a microarchitecture: every one of the table, and what is hidden from it. */
import { describe, expect, test } from "vitest";
import { identifyCpu } from "../../src/cpu/identify.js";
import { readCapture } from "../../src/cpu/captures/read-capture.js";
import { MICROARCHITECTURES as TABLE } from "../../src/cpu/microarchitectures.js";
import { findMachine } from "../../src/cpu/order.js";
import { armCpuInfo, powerCpuInfo, riscvCpuInfo, x86CpuInfo, zCpuInfo } from "../support/cpu-captures.js";

function identify(capture: string, machine?: string) {
  const described = readCapture(capture);
  return described && identifyCpu(described, machine);
}

const featuresOf = (name: string): readonly string[] => TABLE.targets.get(name)?.features ?? [];
const withMachine = (machine: string) =>
  [...TABLE.targets.values()].filter(({ name, vendor }) => vendor !== "" && findMachine(TABLE, name) === machine);
const IMPLEMENTERS: Readonly<Record<string, string>> = {
  ARM: "0x41",
  Cavium: "0x43",
  Fujitsu: "0x46",
  Apple: "0x61",
  Ampere: "0xc0",
};

describe("x86", () => {
  test.each(withMachine("x86_64").map(({ name, vendor, features }) => [name, vendor, features] as const))(
    "%s by its features",
    (name, vendor, features) => {
      expect(identify(x86CpuInfo({ vendor, flags: ["lm", ...features] }))).toMatchObject({
        name,
        machine: "x86_64",
        vendor,
        nearest: name,
        missing: [],
      });
    },
  );
  test.each(withMachine("x86").map(({ name, features }) => [name, features] as const))(
    "%s of 32 bits",
    (name, features) => {
      // Of those without features the machine is all that is known.
      const want = features.length === 0 ? "x86" : name;
      expect(identify(x86CpuInfo({ flags: ["fpu", ...features] }))).toMatchObject({ name: want, machine: "x86" });
    },
  );
  test.each(["CentaurHauls", "HygonGenuine", ""])("another maker's (%s) is called by its level", (vendor) => {
    expect(identify(x86CpuInfo({ vendor, flags: ["lm", ...featuresOf("zen3")] }))).toMatchObject({
      name: "x86_64_v3",
      level: "x86-64-v3",
      nearest: "x86_64_v3",
      missing: [],
    });
  });
  test("a 32-bit kernel on a CPU of today is a 32-bit machine where that is told", () => {
    const capture = x86CpuInfo({ flags: ["lm", ...featuresOf("haswell")] });
    expect(identify(capture)?.name).toBe("haswell");
    expect(identify(capture, "x86")).toMatchObject({ name: "prescott", machine: "x86", level: "x86-64-v3" });
  });
  test("one hidden feature takes the name away, and the nearest is told with it", () => {
    const genoa = featuresOf("zen4").filter((one) => one !== "pku" && one !== "flush_l1d");
    const byLikeness = identify(x86CpuInfo({ vendor: "AuthenticAMD", flags: ["lm", ...genoa] }));
    const byNumber = identify(x86CpuInfo({ vendor: "AuthenticAMD", model: [25, 17], flags: ["lm", ...genoa] }));
    for (const cpu of [byLikeness, byNumber])
      expect(cpu).toMatchObject({ name: "x86_64_v4", nearest: "zen4", missing: ["flush_l1d", "pku"] });
    const milan = featuresOf("zen3").filter((one) => one !== "pku");
    expect(identify(x86CpuInfo({ vendor: "AuthenticAMD", flags: ["lm", ...milan] }))).toMatchObject({
      name: "zen2",
      nearest: "zen3",
      missing: ["pku"],
    });
  });
  test("Haswell without AES is what its level says", () => {
    const flags = ["lm", ...featuresOf("haswell")].filter((one) => one !== "aes");
    expect(identify(x86CpuInfo({ flags }))).toMatchObject({ name: "x86_64_v3", nearest: "haswell", missing: ["aes"] });
  });
  test("a number tells what an old kernel has no words for; steppings tell Cascade Lake from Skylake", () => {
    const flags = ["lm", ...featuresOf("alderlake")];
    const cpu = identify(x86CpuInfo({ model: [6, 198, 2], flags }));
    expect(cpu).toMatchObject({ name: "alderlake", nearest: "arrowlake_s" });
    expect(cpu?.missing).toContain("sha512");
    const skylake = ["lm", ...featuresOf("skylake_avx512")];
    expect(identify(x86CpuInfo({ model: [6, 85, 4], flags: skylake }))?.nearest).toBe("skylake_avx512");
    expect(identify(x86CpuInfo({ model: [6, 85, 7], flags: skylake }))).toMatchObject({
      name: "skylake_avx512",
      nearest: "cascadelake",
      missing: ["avx512_vnni"],
    });
  });
  test("a hypervisor's own model is no Pentium", () => {
    const cpu = identify(x86CpuInfo({ model: [6, 6, 3], flags: ["lm", ...featuresOf("x86_64_v2")] }));
    expect(cpu?.nearest).toBe("nehalem");
  });
});

describe("Arm", () => {
  const cores = withMachine("aarch64").flatMap(({ name, vendor, features, parts = [] }) =>
    parts.map((part) => [name, vendor, part, features] as const),
  );
  test.each(cores)("%s of %s by its number %s", (name, vendor, part, features) => {
    const capture = armCpuInfo({ implementer: IMPLEMENTERS[vendor] ?? "", part, features });
    expect(identify(capture)).toMatchObject({ name, vendor, machine: "aarch64", nearest: name, missing: [] });
  });
  test("a core that is not known is the best of its maker's whose features it has", () => {
    expect(identify(armCpuInfo({ part: "0xd8e", features: featuresOf("neoverse_n2") }))?.name).toBe("neoverse_v2");
    expect(identify(armCpuInfo({ implementer: "0x51", features: featuresOf("neoverse_n1") }))).toMatchObject({
      name: "aarch64",
      vendor: "Qualcomm",
      level: "armv8.2-a",
    });
    expect(identify(armCpuInfo({ implementer: "0xee", features: ["fp", "asimd"] }))?.vendor).toBe("0xee");
  });
  test("Azure's Cobalt 100 is Arm's Neoverse N2 under another number of the maker", () => {
    const capture = armCpuInfo({ implementer: "0x6d", part: "0xd49", features: featuresOf("neoverse_n2") });
    expect(identify(capture)).toMatchObject({ name: "neoverse_n2", vendor: "Microsoft" });
  });
  test("a number says what it is where features are hidden", () => {
    const features = featuresOf("neoverse_v2").filter((one) => !one.startsWith("sve"));
    expect(identify(armCpuInfo({ part: "0xd4f", features }))).toMatchObject({
      name: "neoverse_n1",
      nearest: "neoverse_v2",
      missing: ["sve", "sve2", "svebf16", "svei8mm"],
    });
  });
  test("one of 32 bits is a machine of its own", () => {
    const capture = armCpuInfo({ features: ["half", "thumb", "vfp", "neon"], part: "0xc07" });
    expect(identify(capture)).toMatchObject({ name: "arm", machine: "arm", missing: [] });
  });
});

describe("POWER, RISC-V and Z", () => {
  test.each([
    ["POWER7 (architected), altivec supported", undefined, "power7", undefined],
    ["POWER8E (raw), altivec supported", undefined, "power8le", "power8"],
    ["POWER8 (architected), altivec supported", "ppc64", "power8", undefined],
    ["POWER9, altivec supported", "ppc64le", "power9le", "power9"],
    ["POWER10 (architected), altivec supported", "ppc64le", "power10le", "power10"],
    ["POWER11 (architected), altivec supported", "ppc64le", "power10le", "power11"],
    ["POWER11 (architected), altivec supported", "ppc64", "power10", undefined],
  ])("%s of %s", (cpu, machine, name, level) => {
    const found = identify(powerCpuInfo(cpu), machine);
    expect(found).toMatchObject({ name, vendor: "IBM", generation: Number(/\d+/.exec(cpu)?.[0]), missing: [] });
    expect(found?.level).toBe(level);
  });
  test.each([
    ["rv64imafdc", "uarch\t\t: sifive,u74-mc\n", "u74mc", "rv64gc"],
    ["rv64gc", "", "riscv64", "rv64gc"],
    ["rv64imac", "", "riscv64", undefined],
    [
      "rv64imafdc_zicbom_zicbop_zicboz_zihintpause_zfhmin_zba_zbb_zbs_zkt",
      "uarch\t\t: spacemit,x60\n",
      "x60",
      "rva22u64",
    ],
    ["rv64imafdcv_zicsr", "model name\t: Spacemit(R) X60\n", "x60", "rv64gc"],
    [
      "rv64imafdcbv_zicbom_zicbop_zicboz_zihintpause_zfhmin_zkt_zawrs_zcb_zcmop_zfa_zicond_zihintntl_zimop_zvbb_zvfhmin_zvkt",
      "",
      "riscv64",
      "rva23u64",
    ],
  ])("%s", (isa, more, name, level) => {
    const found = identify(riscvCpuInfo(isa, more));
    expect(found).toMatchObject({ name, machine: "riscv64", nearest: name, missing: [] });
    expect(found?.level).toBe(level);
  });
  test("RISC-V's extensions are features", () => {
    expect(identify(riscvCpuInfo("rv64imafdcv_zicbom_zba"))?.features).toEqual([
      "a",
      "c",
      "d",
      "f",
      "i",
      "m",
      "v",
      "zba",
      "zicbom",
    ]);
  });
  test.each([
    ["esan3 zarch stfle", 2827, undefined],
    ["esan3 zarch te vx", 2964, "z13"],
    ["esan3 zarch te vx vxd vxe gs vxe2 vxp sort dflt", 8561, "z15"],
    ["esan3 zarch te vx vxd vxe gs vxe2 vxp vxp2 nnpa", 3931, "z16"],
    ["esan3 zarch te vx vxd vxe gs vxe2 vxp vxp2 nnpa", 9175, "z17"],
  ])("%s of machine %i", (features, machine, level) => {
    const found = identify(zCpuInfo(features, machine));
    expect(found).toMatchObject({ name: "s390x", machine: "s390x", vendor: "IBM/S390" });
    expect(found?.level).toBe(level);
  });
});

test("a capture is not of another machine, as under emulation", () => {
  expect(identify(x86CpuInfo({ flags: ["lm"] }), "aarch64")).toBeUndefined();
  expect(identify(armCpuInfo({ features: ["fp", "asimd"] }), "x86_64")).toBeUndefined();
});
